/** Contract tests for kinds that bundles offer. */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.kind;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
