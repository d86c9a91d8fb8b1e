package org.kochab.partition.internal.tenant;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.spi.controller.Nodes;

/** Nodes as a partition's pod thread has read them, for its controllers. One thread shows them, any may look. Never blocks. */
final class SeenNodes {
    /** Sorted when somebody looks: nodes may change often without anybody who wants to know. */
    private static final class Sight {
        private final List<Node> nodes;
        private final boolean complete;
        private volatile @Nullable Nodes sorted;

        Sight(List<Node> nodes, boolean complete) {
            this.nodes = nodes;
            this.complete = complete;
        }

        Nodes sorted() {
            Nodes known = sorted;
            if (known == null) {
                known = new Nodes(
                        nodes.stream()
                                .sorted(Comparator.comparing(
                                        n -> String.valueOf(n.metadata().name())))
                                .toList(),
                        complete);
                sorted = known;
            }
            return known;
        }
    }

    private volatile Sight sight = new Sight(List.of(), false);
    private volatile Runnable changed = () -> {};

    /** @param listener told of each change, on the thread that shows it; must return soon */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** @param nodes not changed any more */
    void show(List<Node> nodes, boolean complete) {
        sight = new Sight(nodes, complete);
        changed.run();
    }

    Nodes look() {
        return sight.sorted();
    }
}
