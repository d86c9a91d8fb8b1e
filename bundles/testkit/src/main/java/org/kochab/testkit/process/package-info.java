/**
 * What tests need that start programs: what a test process has for itself while others run beside it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.process;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
