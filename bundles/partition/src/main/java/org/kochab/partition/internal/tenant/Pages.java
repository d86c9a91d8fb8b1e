package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;

/** Whole lists. */
final class Pages {
    private static final int PAGE = 2_000;

    private Pages() {}

    /** All keys that begin with a prefix and are longer, as they were at a revision. */
    static List<Entry> all(Partition partition, String prefix, long revision) throws GoneException {
        List<Entry> all = new ArrayList<>();
        ListPage page = partition.list(prefix, PAGE, new ListCursor(revision, prefix));
        while (true) {
            all.addAll(page.entries());
            if (page.next().isEmpty()) {
                return all;
            }
            page = partition.list(prefix, PAGE, page.next().get());
        }
    }
}
