/** Which machines may be nodes: tokens to join with, identities, and their certificates; and certificates of users. */
@Export
@Version("1.2.0")
@NullMarked
package org.kochab.api.identity;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
