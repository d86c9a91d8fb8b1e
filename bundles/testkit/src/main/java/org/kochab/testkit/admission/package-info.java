/**
 * What admission rules are tested with: a context of lists, and the contracts of mutators and validators.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.admission;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
