/**
 * The messages of the node link, version 1, as docs/protocol describes them. Each is one JSON object; unknown fields are ignored.
 */
@Export
@Version("3.2.0")
@NullMarked
package org.kochab.api.link;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
