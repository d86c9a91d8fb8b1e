/**
 * What event sinks are tested with: the contract of every sink.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
