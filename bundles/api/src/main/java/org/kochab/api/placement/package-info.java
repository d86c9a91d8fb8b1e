/**
 * Why pods are where they are, or nowhere yet.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.api.placement;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
