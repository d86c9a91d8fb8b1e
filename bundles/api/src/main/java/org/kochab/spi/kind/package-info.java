/**
 * Kinds of resources that bundles bring.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.kind;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
