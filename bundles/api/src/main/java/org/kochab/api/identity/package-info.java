/** Which machines may be nodes: tokens to join with, identities, and their certificates. */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.api.identity;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
