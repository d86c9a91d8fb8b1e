/**
 * Event sinks: services that are given the events of tenants, to keep or show them elsewhere.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
