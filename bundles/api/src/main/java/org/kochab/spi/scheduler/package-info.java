/**
 * Scheduling: the whole engine, and placement plugins that work on columns and bit sets over all nodes at once.
 */
@Export
@Version("1.3.0")
@NullMarked
package org.kochab.spi.scheduler;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
