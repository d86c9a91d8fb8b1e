/**
 * Runtime drivers: what an agent runs pods with. A driver knows tasks (one container of one pod, one run), never pods, policies or the control plane.
 */
@Export
@Version("1.2.0")
@NullMarked
package org.kochab.spi.runtime;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
