/**
 * Deterministic simulation: a virtual clock, seeded scheduling, and a store that fails in every allowed way.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.simulation;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
