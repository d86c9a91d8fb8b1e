/**
 * What schedulers and placement plugins are tested with: a cluster made by hand or from a seed, and the contracts of those who decide about it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.scheduler;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
