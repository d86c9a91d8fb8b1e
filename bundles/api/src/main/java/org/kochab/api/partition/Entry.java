package org.kochab.api.partition;

import java.util.Arrays;

/**
 * One key of a partition at one revision.
 *
 * @param key the key; keys are ordered by {@link String#compareTo}
 * @param value the stored bytes; the array is shared by everybody who reads this entry and must never be changed
 * @param createRevision the revision at which the key came to exist
 * @param revision the revision of the last put; equal to {@code createRevision} for a new key
 */
public record Entry(String key, byte[] value, long createRevision, long revision) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Entry e
                && key.equals(e.key)
                && createRevision == e.createRevision
                && revision == e.revision
                && Arrays.equals(value, e.value);
    }

    @Override
    public int hashCode() {
        return key.hashCode() * 31 + Long.hashCode(revision);
    }

    @Override
    public String toString() {
        return key + "@" + revision + "[" + value.length + " B]";
    }
}
