package org.kochab.updates.internal.core;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.kochab.api.model.Node;
import org.kochab.api.update.UpdateStatus.Counts;
import org.kochab.api.update.UpdateStatus.Stage;

/** How far a node is with an update, from what it says itself and from nothing else. */
public final class Standing {
    private Standing() {}

    public static Stage of(UpdateRecord record, NodeFacts node) {
        boolean trying = said(node, Node.AgentUpdate.UPDATING);
        if (record.spec().version().equals(node.version()) && !trying) {
            return Stage.UPDATED;
        }
        boolean given = said(node, Node.AgentUpdate.ROLLED_BACK) || said(node, Node.AgentUpdate.REFUSED);
        if (given && isOf(record, node) || record.lateness(node.name()) != null) {
            return Stage.FAILED;
        }
        if (!node.ready()) {
            return Stage.AWAY;
        }
        return isUnderWay(record, node) ? Stage.UPDATING : Stage.WAITING;
    }

    /** Whether the node fetches or tries it, as far as it has said. */
    static boolean isUnderWay(UpdateRecord record, NodeFacts node) {
        return isOf(record, node) && said(node, Node.AgentUpdate.UPDATING);
    }

    private static boolean isOf(UpdateRecord record, NodeFacts node) {
        return node.update() != null && node.update().id().equals(record.id());
    }

    private static boolean said(NodeFacts node, String result) {
        return node.update() != null && node.update().result().equals(result);
    }

    /** Why a node failed; empty if it did not. */
    public static String reason(UpdateRecord record, NodeFacts node) {
        if (of(record, node) != Stage.FAILED) {
            return "";
        }
        String late = record.lateness(node.name());
        if (late != null) {
            return late;
        }
        Node.AgentUpdate said = node.update();
        return said == null ? "" : said.result() + (said.reason() == null ? "" : ": " + said.reason());
    }

    public static Counts count(UpdateRecord record, Collection<NodeFacts> nodes) {
        Map<Stage, Integer> counts = new EnumMap<>(Stage.class);
        nodes.forEach(n -> counts.merge(of(record, n), 1, Integer::sum));
        return new Counts(
                nodes.size(),
                counts.getOrDefault(Stage.UPDATED, 0),
                counts.getOrDefault(Stage.FAILED, 0),
                counts.getOrDefault(Stage.UPDATING, 0),
                counts.getOrDefault(Stage.WAITING, 0),
                counts.getOrDefault(Stage.AWAY, 0));
    }
}
