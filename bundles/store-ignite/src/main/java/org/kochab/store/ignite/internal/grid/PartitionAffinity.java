package org.kochab.store.ignite.internal.grid;

import org.apache.ignite.cache.affinity.AffinityKeyMapper;
import org.kochab.store.ignite.internal.core.Keys;

/**
 * Places all keys of one of our partitions in one of Ignite's, in both caches: a commit then concerns one primary member, and a load
 * scans one Ignite partition. Stored with the caches' configuration: its name, and what it answers, may never change.
 */
@SuppressWarnings("deprecation") // Ignite has no other way for keys that are plain bytes
public final class PartitionAffinity implements AffinityKeyMapper {
    private static final long serialVersionUID = 1L;

    /** Ignite partitions in a cache; fixed for the life of the data. */
    static final int PARTITIONS = 128;

    @Override
    public Object affinityKey(Object key) {
        return key instanceof byte[] whole ? Keys.hash(whole) : key;
    }

    @Override
    public void reset() {
        // keeps nothing
    }
}
