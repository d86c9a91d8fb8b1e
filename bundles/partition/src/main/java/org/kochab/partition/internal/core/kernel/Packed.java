package org.kochab.partition.internal.core.kernel;

import org.kochab.api.partition.Entry;
import org.kochab.difference.Difference;

/**
 * An entry that lies in memory as what differs from another value, its base.
 */
final class Packed {
    final String key;
    final long revision;
    private final long createRevision;
    private final byte[] base;
    private final byte[] difference;

    Packed(Entry entry, byte[] base, byte[] difference) {
        this.key = entry.key();
        this.createRevision = entry.createRevision();
        this.revision = entry.revision();
        this.base = base;
        this.difference = difference;
    }

    /** The entry as it was; its value is a new array each time. */
    Entry entry() {
        return new Entry(key, Difference.apply(base, difference), createRevision, revision);
    }

    /** How many bytes are its own. */
    int ownBytes() {
        return difference.length;
    }
}
