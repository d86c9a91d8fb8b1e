package org.kochab.api.partition;

import java.util.List;
import java.util.Optional;

/**
 * Part of a list. All pages of a list show the partition at the same revision.
 *
 * @param revision the revision the list shows; a watch from here misses nothing
 * @param entries in key order
 * @param next names the next page; empty on the last one
 */
public record ListPage(long revision, List<Entry> entries, Optional<ListCursor> next) {
    public ListPage {
        entries = List.copyOf(entries);
    }
}
