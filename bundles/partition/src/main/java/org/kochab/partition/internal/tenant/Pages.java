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
        return from(partition.list(prefix, PAGE, new ListCursor(revision, prefix)), partition, prefix);
    }

    /** All keys that begin with a prefix, as they are now. */
    static List<Entry> now(Partition partition, String prefix) throws GoneException {
        return from(partition.list(prefix, PAGE), partition, prefix);
    }

    private static List<Entry> from(ListPage first, Partition partition, String prefix) throws GoneException {
        List<Entry> all = new ArrayList<>(first.entries());
        ListPage page = first;
        while (page.next().isPresent()) {
            page = partition.list(prefix, PAGE, page.next().get());
            all.addAll(page.entries());
        }
        return all;
    }
}
