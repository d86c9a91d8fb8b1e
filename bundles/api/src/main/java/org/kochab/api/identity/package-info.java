/** Which machines may be nodes: tokens to join with, identities, and their certificates; certificates of users, and tokens of service accounts. */
@Export
@Version("1.3.0")
@NullMarked
package org.kochab.api.identity;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
