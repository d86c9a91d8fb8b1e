/**
 * What the partition kernel needs of a durable store: a lease a partition, one atomic fenced commit, and a full load.
 * Nothing in here knows how a store works inside.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.kochab.spi.store;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
