/**
 * Updates of nodes' agents over the air, in waves.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.api.update;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
