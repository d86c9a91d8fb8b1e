/**
 * Partitions as their callers see them: transactions, reads, lists and watches.
 */
@Export
@Version("3.0.0")
@NullMarked
package org.kochab.api.partition;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
