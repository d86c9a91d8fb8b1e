package org.kochab.rm.internal.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Birth;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Quantity;
import org.kochab.api.node.NodeKeys;

/** Makes the node objects that others read. */
final class NodeRecords {
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";

    /** Of a node that does not say how many pods it takes. */
    private static final String PODS = "110";

    private NodeRecords() {}

    /** A node as its birth describes it: new, or changed in what the node itself decides. */
    static Node born(@Nullable Node before, String name, String newUid, Birth birth, Instant now) {
        ObjectMeta meta = before == null ? ObjectMeta.named(name).created(newUid, now) : before.metadata();
        SortedMap<String, String> labels = new TreeMap<>(meta.labels());
        labels.putAll(birth.labels());
        labels.put("kubernetes.io/hostname", name);
        Node.SystemFacts facts = birth.nodeInfo();
        if (facts != null && facts.operatingSystem() != null && Names.isLabelValue(facts.operatingSystem())) {
            labels.put("kubernetes.io/os", facts.operatingSystem());
        }
        if (facts != null && facts.architecture() != null && Names.isLabelValue(facts.architecture())) {
            labels.put("kubernetes.io/arch", facts.architecture());
        }
        Map<String, String> capacity = withPods(birth.capacity());
        Node.Status status = new Node.Status(
                NodeSlot.Phase.READY.text,
                capacity,
                birth.allocatable().isEmpty() ? capacity : withPods(birth.allocatable()),
                conditions(before, "True", "NodeReports", "The node reports.", now),
                birth.addresses(),
                new Node.SystemFacts(
                        birth.bootId(),
                        facts == null ? null : facts.operatingSystem(),
                        facts == null ? null : facts.architecture(),
                        facts == null ? null : facts.kernelVersion(),
                        facts == null ? null : facts.osImage(),
                        birth.agentVersion()),
                birth.runtimes(),
                birth.images(),
                birth.update());
        Node.Spec spec = before == null || before.spec() == null ? new Node.Spec(null, List.of()) : before.spec();
        return new Node(
                Kind.NODE.apiVersion(),
                Kind.NODE.name(),
                meta.withLabels(labels),
                new Node.Spec(spec.unschedulable(), withoutUnreachable(spec.taints())),
                status);
    }

    private static Map<String, String> withPods(Map<String, String> amounts) {
        if (amounts.containsKey("pods")) {
            return amounts;
        }
        SortedMap<String, String> all = new TreeMap<>(amounts);
        all.put("pods", PODS);
        return all;
    }

    /** The node in another phase. Only a lost node is tainted: pods that do not tolerate it long enough are then replaced. */
    static Node inPhase(Node node, NodeSlot.Phase phase, String reason, String message, Instant now) {
        Node.Status old = node.status();
        boolean ready = phase == NodeSlot.Phase.READY;
        Node.Status status = new Node.Status(
                phase.text,
                old == null ? null : old.capacity(),
                old == null ? null : old.allocatable(),
                conditions(node, ready ? "True" : "Unknown", reason, message, now),
                old == null ? List.of() : old.addresses(),
                old == null ? null : old.nodeInfo(),
                old == null ? List.of() : old.runtimes(),
                old == null ? List.of() : old.images(),
                old == null ? null : old.agentUpdate());
        Node.Spec spec = node.spec() == null ? new Node.Spec(null, List.of()) : node.spec();
        List<Node.Taint> taints = new ArrayList<>(withoutUnreachable(spec.taints()));
        if (phase == NodeSlot.Phase.LOST) {
            taints.add(new Node.Taint(UNREACHABLE, null, "NoExecute", now));
        }
        return new Node(
                node.apiVersion(), node.kind(), node.metadata(), new Node.Spec(spec.unschedulable(), taints), status);
    }

    /** The node with what an operator may change taken from {@code wish}; the taint of lost nodes stays the manager's own. */
    static Node updated(Node node, Node wish) {
        Node.Spec old = node.spec() == null ? new Node.Spec(null, List.of()) : node.spec();
        Node.Spec spec = wish.spec() == null ? new Node.Spec(null, List.of()) : wish.spec();
        List<Node.Taint> taints = new ArrayList<>(withoutUnreachable(spec.taints()));
        old.taints().stream().filter(NodeRecords::isUnreachable).forEach(taints::add);
        Node.Spec changed = new Node.Spec(spec.unschedulable(), taints);
        SortedMap<String, String> annotations = new TreeMap<>(wish.metadata().annotations());
        for (String own : List.of(NodeKeys.MOVE, NodeKeys.MOVED_TO)) {
            annotations.remove(own);
            if (node.metadata().annotations().containsKey(own)) {
                annotations.put(own, node.metadata().annotations().get(own));
            }
        }
        ObjectMeta meta = node.metadata().withLabels(wish.metadata().labels()).withAnnotations(annotations);
        Long generation = meta.generation();
        if (!changed.equals(old)) {
            meta = meta.withGeneration((generation == null ? 0 : generation) + 1);
        }
        return new Node(node.apiVersion(), node.kind(), meta, changed, node.status());
    }

    /** The node as the manager it came to has it: what is said of its agent is known once that has come, too. */
    static Node came(Node node, long move, String from, Instant now) {
        SortedMap<String, String> annotations = new TreeMap<>(node.metadata().annotations());
        annotations.remove(NodeKeys.MOVED_TO);
        annotations.put(NodeKeys.MOVE, Long.toString(move));
        Node mine = annotated(node, annotations);
        return node.status() != null
                        && NodeSlot.Phase.READY.text.equals(node.status().phase())
                ? inPhase(
                        mine,
                        NodeSlot.Phase.NOT_READY,
                        "ComesFromOtherManager",
                        "It was resource manager " + from + "'s; its agent is on the way.",
                        now)
                : mine;
    }

    /** What is left of a node that another manager has. */
    static Node left(Node node, String to) {
        SortedMap<String, String> annotations = new TreeMap<>(node.metadata().annotations());
        annotations.put(NodeKeys.MOVED_TO, to);
        return annotated(node, annotations);
    }

    private static Node annotated(Node node, SortedMap<String, String> annotations) {
        return new Node(
                node.apiVersion(),
                node.kind(),
                node.metadata().withAnnotations(annotations),
                node.spec(),
                node.status());
    }

    static boolean isCordoned(Node node) {
        return node.spec() != null && Boolean.TRUE.equals(node.spec().unschedulable());
    }

    /** What pods may have, in the units of claims. */
    static Map<String, Long> amounts(@Nullable Map<String, String> quantities) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        if (quantities != null) {
            quantities.forEach((name, text) -> {
                long milli = Quantity.parse(text).milli();
                amounts.put(name, name.equals("cpu") ? milli : milli / 1000);
            });
        }
        return amounts;
    }

    private static List<Node.Taint> withoutUnreachable(List<Node.Taint> taints) {
        return taints.stream().filter(t -> !isUnreachable(t)).toList();
    }

    private static boolean isUnreachable(Node.Taint taint) {
        return UNREACHABLE.equals(taint.key()) && "NoExecute".equals(taint.effect());
    }

    private static List<Condition> conditions(
            @Nullable Node before, String ready, String reason, String message, Instant now) {
        List<Condition> conditions = new ArrayList<>();
        Instant since = now;
        if (before != null && before.status() != null) {
            for (Condition c : before.status().conditions()) {
                if (!c.type().equals("Ready")) {
                    conditions.add(c);
                } else if (ready.equals(c.status()) && c.lastTransitionTime() != null) {
                    since = c.lastTransitionTime();
                }
            }
        }
        conditions.add(new Condition("Ready", ready, reason, message, since));
        return conditions;
    }
}
