/**
 * What device providers are tested with: the contract of every provider.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.device;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
