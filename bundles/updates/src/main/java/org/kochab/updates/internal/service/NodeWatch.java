package org.kochab.updates.internal.service;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Node;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.updates.internal.core.NodeFacts;

/** What one resource manager knows of its nodes, kept up to date by a watch. One thread. */
final class NodeWatch implements AutoCloseable {
    private static final int PAGE = 1_000;

    private final String manager;
    private final Codec codec;
    private final Map<String, NodeFacts> nodes = new HashMap<>();
    private @Nullable Watch watch;
    private boolean known;

    NodeWatch(String manager, Codec codec) {
        this.manager = manager;
        this.codec = codec;
    }

    /** Takes what is new. Afterwards nodes of a manager that cannot be asked are there as they were, and not heard of. */
    void refresh(@Nullable Partition led) {
        try {
            Watch open = watch;
            if (open != null) {
                open.poll().forEach(this::take);
            } else if (led != null) {
                watch = led.watch(NodeKeys.NODES, list(led));
                known = true;
            }
        } catch (GoneException | NotLeaderException e) {
            close();
        }
    }

    /** All nodes of one partition, as of one revision. */
    private long list(Partition led) throws GoneException {
        nodes.clear();
        ListPage page = led.list(NodeKeys.NODES, PAGE);
        while (true) {
            page.entries().forEach(this::put);
            if (page.next().isEmpty()) {
                return page.revision();
            }
            page = led.list(NodeKeys.NODES, PAGE, page.next().get());
        }
    }

    private void take(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            put(put.entry());
        } else if (event instanceof WatchEvent.Deleted deleted) {
            nodes.remove(deleted.previous().key());
        }
    }

    private void put(Entry entry) {
        Node node = codec.decode(entry.value(), Node.class);
        if (NodeKeys.isMoved(node)) {
            nodes.remove(entry.key());
        } else {
            nodes.put(entry.key(), NodeFacts.of(manager, node));
        }
    }

    /** Whether it has ever been asked. */
    boolean isKnown() {
        return known;
    }

    /** Whether it can be asked now. */
    boolean isHeard() {
        return watch != null;
    }

    Iterable<NodeFacts> nodes() {
        return watch != null
                ? nodes.values()
                : nodes.values().stream().map(NodeFacts::unheard).toList();
    }

    @Override
    public void close() {
        Watch open = watch;
        watch = null;
        if (open != null) {
            open.close();
        }
    }
}
