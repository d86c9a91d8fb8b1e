/**
 * The platform over HTTP.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.kochab.api.gateway;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
