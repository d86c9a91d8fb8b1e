package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.testkit.simulation.ForwardingPartition;
import org.kochab.testkit.simulation.Simulation;

/** A directory for one who hears of it late and never asks again: a tenant is what he last heard of it. */
final class OldWords extends ForwardingPartition {
    private static final double OFTEN = 0.8;
    private final Simulation simulation;
    private final Map<String, Entry> heard = new HashMap<>();
    private final List<WatchEvent> late = new ArrayList<>();

    OldWords(Partition directory, Simulation simulation) {
        super(directory);
        this.simulation = simulation;
    }

    private ListPage told(ListPage page) {
        page.entries().forEach(e -> heard.put(e.key(), e));
        return page;
    }

    @Override
    public ListPage list(String prefix, int limit) {
        return told(super.list(prefix, limit));
    }

    @Override
    public ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException {
        return told(super.list(prefix, limit, cursor));
    }

    @Override
    public Watch watch(String prefix, long afterRevision) throws GoneException {
        late.clear();
        return new OtherWatch(super.watch(prefix, afterRevision), events -> {
            late.addAll(events);
            if (simulation.chance(OFTEN)) {
                return List.of();
            }
            List<WatchEvent> told = List.copyOf(late);
            late.clear();
            for (WatchEvent event : told) {
                if (event instanceof WatchEvent.Put put) {
                    heard.put(put.entry().key(), put.entry());
                }
            }
            return told;
        });
    }

    @Override
    public Optional<Entry> get(String key) {
        return isTenant(key) ? Optional.ofNullable(heard.get(key)) : super.get(key);
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        List<Precondition> rest = transaction.preconditions().stream()
                .filter(p -> !isTenant(p.key()))
                .toList();
        return super.submit(new Transaction(rest, transaction.operations()));
    }

    private static boolean isTenant(String key) {
        return key.startsWith(Directory.TENANTS);
    }
}
