package org.kochab.updates.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.updates.internal.core.NodeFacts;

/** The nodes of all resource managers. One thread. */
final class Fleet implements AutoCloseable {
    private final PartitionService partitions;
    private final Codec codec;
    private final Map<String, NodeWatch> managers = new TreeMap<>();

    Fleet(PartitionService partitions, Codec codec) {
        this.partitions = partitions;
        this.codec = codec;
    }

    void refresh() {
        List<String> all = new ArrayList<>();
        partitions.partitions().stream()
                .map(p -> p.spec())
                .filter(s -> s.kind() == PartitionKind.RESOURCE_MANAGER)
                .forEach(spec -> {
                    String name = spec.id().value();
                    all.add(name);
                    managers.computeIfAbsent(name, n -> new NodeWatch(n, codec))
                            .refresh(partitions.partition(spec.id()).orElse(null));
                });
        managers.entrySet().removeIf(e -> {
            boolean gone = !all.contains(e.getKey());
            if (gone) {
                e.getValue().close();
            }
            return gone;
        });
    }

    /** Managers whose nodes nobody here has ever seen: without them nothing can be said of all nodes. */
    List<String> unknown() {
        return names(w -> !w.isKnown());
    }

    /** Managers that cannot be asked now. */
    List<String> unheard() {
        return names(w -> !w.isHeard());
    }

    private List<String> names(java.util.function.Predicate<NodeWatch> which) {
        return managers.entrySet().stream()
                .filter(e -> which.test(e.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    List<NodeFacts> nodes() {
        List<NodeFacts> all = new ArrayList<>();
        managers.values().forEach(w -> w.nodes().forEach(all::add));
        return all;
    }

    @Override
    public void close() {
        managers.values().forEach(NodeWatch::close);
        managers.clear();
    }
}
