package org.kochab.spi.store;

import org.osgi.annotation.versioning.ConsumerType;

/** How a store is, also while it cannot be used and so is not registered as {@link PartitionStore}. Safe for any thread; answers from memory. */
@ConsumerType
public interface StoreReport {
    /** As {@link PartitionStore#name}. */
    String name();

    StoreHealth health();
}
