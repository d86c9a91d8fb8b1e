package org.kochab.rm.internal.core;

import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.testkit.simulation.ForwardingPartition;

/** A partition whose lists of one prefix leave out every third entry, for a leader that does not know everything. */
final class Forgetful extends ForwardingPartition {
    private static final int OUT_OF = 3;

    private final String forgotten;

    Forgetful(Partition partition, String forgotten) {
        super(partition);
        this.forgotten = forgotten;
    }

    @Override
    public ListPage list(String prefix, int limit) {
        return without(prefix, partition.list(prefix, limit));
    }

    @Override
    public ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException {
        return without(prefix, partition.list(prefix, limit, cursor));
    }

    private ListPage without(String prefix, ListPage page) {
        return prefix.equals(forgotten)
                ? new ListPage(
                        page.revision(),
                        page.entries().stream()
                                .filter(e -> e.key().hashCode() % OUT_OF != 0)
                                .toList(),
                        page.next())
                : page;
    }
}
