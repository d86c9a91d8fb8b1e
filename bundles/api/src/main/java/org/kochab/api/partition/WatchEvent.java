package org.kochab.api.partition;

import java.util.Optional;

/** What a watcher sees, in revision order; events of one transaction share a revision and are never split over two polls. */
public sealed interface WatchEvent {
    long revision();

    /**
     * A key was put.
     *
     * @param entry the key as it is now; new if its two revisions are equal
     * @param previous the key as it was before
     */
    record Put(Entry entry, Optional<Entry> previous) implements WatchEvent {
        @Override
        public long revision() {
            return entry.revision();
        }
    }

    /** A key was removed; {@code previous} is what it was. */
    record Deleted(long revision, Entry previous) implements WatchEvent {}

    /** Nothing to see up to this revision: a watcher that reconnects may start after it. */
    record Bookmark(long revision) implements WatchEvent {}
}
