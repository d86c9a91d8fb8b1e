/** What every provisioner of volumes must pass. */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.volume;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
