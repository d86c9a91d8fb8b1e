/**
 * Histories of clients' calls, and whether they are linearizable.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.testkit.history;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
