/**
 * How secrets are encrypted before they are stored.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.secret;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
