/**
 * What members of one control plane need of whatever joins them: who is there, and calls from one to another. Nothing in here knows
 * how they are connected.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.cluster;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
