package org.kochab.partition.internal.core.tenant;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.node.NodeKeys;

/**
 * Which resource manager each node is at, and since when it repels running pods. Times are of the caller's monotonic clock, from when a taint was
 * first seen here: clocks of other machines are never compared. Not thread-safe.
 */
final class NodeFacts {
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final long DEFAULT_SECONDS = 300;
    private static final long NEVER = Long.MAX_VALUE;

    private record TaintId(String key, String value) {}

    private record Seen(Node.Taint taint, long since) {}

    private final Map<String, String> homes = new HashMap<>();
    /** How often each node has changed its manager. */
    private final Map<String, Long> moves = new HashMap<>();
    /** What managers still have of nodes that are others' now. */
    private final Set<Left> left = new HashSet<>();

    private record Left(String manager, String node) {}

    private final Map<String, List<Seen>> repelling = new TreeMap<>();

    /** @return false if the node is another manager's now: then nothing that this one has of it counts any more */
    boolean put(String manager, Node node, long now) {
        String name = String.valueOf(node.metadata().name());
        String home = homes.get(name);
        long number = NodeKeys.moves(node);
        if (NodeKeys.isMoved(node) || home != null && !home.equals(manager) && number < moves.getOrDefault(name, 0L)) {
            left.add(new Left(manager, name));
            return false;
        }
        if (home != null && !home.equals(manager) && number > moves.getOrDefault(name, 0L)) {
            left.add(new Left(home, name));
        }
        left.remove(new Left(manager, name));
        homes.put(name, manager);
        if (number > 0) {
            moves.put(name, number);
        }
        List<Node.Taint> taints = node.spec() == null ? List.of() : node.spec().taints();
        Map<TaintId, Long> before = new HashMap<>();
        repelling.getOrDefault(name, List.of()).forEach(s -> before.put(id(s.taint), s.since));
        List<Seen> seen = taints.stream()
                .filter(t -> "NoExecute".equals(t.effect()))
                .map(t -> new Seen(t, before.getOrDefault(id(t), now)))
                .toList();
        if (seen.isEmpty()) {
            repelling.remove(name);
        } else {
            repelling.put(name, seen);
        }
        return true;
    }

    boolean isLeft(String manager, String node) {
        return !left.isEmpty() && left.contains(new Left(manager, node));
    }

    private static TaintId id(Node.Taint t) {
        return new TaintId(t.key(), t.value() == null ? "" : t.value());
    }

    void remove(String manager, String node) {
        if (manager.equals(homes.get(node))) {
            homes.remove(node);
            moves.remove(node);
            repelling.remove(node);
        }
    }

    /** Forgets nodes of a manager that a complete list did not name. */
    void keepOnly(String manager, Set<String> present) {
        Set<String> gone = new HashSet<>();
        homes.forEach((node, home) -> {
            if (home.equals(manager) && !present.contains(node)) {
                gone.add(node);
            }
        });
        gone.forEach(node -> remove(manager, node));
        left.removeIf(l -> l.manager().equals(manager) && !present.contains(l.node()));
    }

    @Nullable
    String manager(@Nullable String node) {
        return node == null ? null : homes.get(node);
    }

    /** All nodes of some managers. */
    Set<String> of(Set<String> managers) {
        Set<String> result = new HashSet<>();
        if (!managers.isEmpty()) {
            homes.forEach((node, home) -> {
                if (managers.contains(home)) {
                    result.add(node);
                }
            });
        }
        return result;
    }

    /** Nodes that repel running pods, sorted. */
    Set<String> repelling() {
        return repelling.keySet();
    }

    /** Why a pod on the node must go now; null if it may stay. */
    @Nullable
    String eviction(String node, PodSpec spec, long now) {
        for (Seen s : repelling.getOrDefault(node, List.of())) {
            long seconds = toleratedSeconds(spec, s.taint);
            if (seconds != NEVER && now - s.since >= TimeUnit.SECONDS.toNanos(seconds)) {
                return "Node " + node + " has taint " + s.taint.key() + ":NoExecute for longer than the " + seconds
                        + " s that the pod tolerates.";
            }
        }
        return null;
    }

    private static long toleratedSeconds(PodSpec spec, Node.Taint taint) {
        if (UNREACHABLE.equals(taint.key()) && spec.disconnect() != null) {
            if (Boolean.FALSE.equals(spec.disconnect().replace())) {
                return NEVER;
            }
            if (spec.disconnect().lostAfter() != null) {
                return PodSpecRules.seconds(spec.disconnect().lostAfter());
            }
        }
        long least = NEVER;
        boolean tolerated = false;
        for (PodSpec.Toleration t : spec.tolerations()) {
            if (t.tolerates(taint)) {
                tolerated = true;
                least = Math.min(least, t.tolerationSeconds() == null ? NEVER : Math.max(0, t.tolerationSeconds()));
            }
        }
        if (tolerated) {
            return least;
        }
        return UNREACHABLE.equals(taint.key()) || NOT_READY.equals(taint.key()) ? DEFAULT_SECONDS : 0;
    }
}
