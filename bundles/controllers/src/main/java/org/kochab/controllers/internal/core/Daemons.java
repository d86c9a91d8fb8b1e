package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.spi.controller.Nodes;

/** The pods of a daemon set, node by node, and what is to be done about them next. Changes nothing. */
final class Daemons {
    /** Pods made or ended in one step; the rest follows in the next. */
    static final int MOST_AT_ONCE = 500;

    /** A pod that has ended is made again so long after it was made, at the earliest: what cannot run is not tried without end. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private static final Comparator<Pod> BEST_FIRST = Comparator.<Pod, Boolean>comparing(p -> !PodState.ready(p))
            .thenComparing(PodState::created)
            .thenComparing(p -> String.valueOf(p.metadata().name()));

    private final DaemonSet set;
    private final DaemonSet.Spec spec;
    private final Pod.Template template;
    private final Nodes nodes;
    private final Instant now;
    private final DaemonNodes place;
    private final String revision;
    /** Nodes without a pod. */
    private final List<String> missing = new ArrayList<>();

    private final List<Pod> surplus = new ArrayList<>();
    /** Pods of a former template on nodes that answer, by whether they are available. */
    private final List<Pod> outdated = new ArrayList<>();

    private final List<Pod> outdatedAndUseless = new ArrayList<>();
    /** Nodes that answer and have no available pod, besides those of the list above. */
    private int unavailable;

    private int desired;
    private int current;
    private int misscheduled;
    private int ready;
    private int available;
    private int updated;
    private @Nullable Duration next;

    private Daemons(
            DaemonSet set, DaemonSet.Spec spec, Pod.Template template, List<Pod> owned, Nodes nodes, Instant now) {
        this.set = set;
        this.spec = spec;
        this.template = template;
        this.nodes = nodes;
        this.now = now;
        this.place = new DaemonNodes(template.spec());
        DaemonSet.Status status = set.status();
        Pod.Template known = status == null ? null : status.template();
        String name = status == null ? null : status.revision();
        // A template keeps the name it has: the next version of Kochab might give it another.
        this.revision =
                known != null && name != null && Templates.same(known, template) ? name : Templates.hash(template);
        look(owned);
    }

    static Daemons of(DaemonSet set, List<Pod> owned, Nodes nodes, Instant now) {
        DaemonSet.Spec spec = set.spec();
        if (spec == null || spec.template() == null) {
            throw new IllegalArgumentException("the set has no template");
        }
        return new Daemons(set, spec, spec.template(), owned, nodes, now);
    }

    private void look(List<Pod> owned) {
        Map<String, List<Pod>> byNode = new TreeMap<>();
        for (Pod pod : owned) {
            byNode.computeIfAbsent(DaemonNodes.of(pod).orElse(""), n -> new ArrayList<>())
                    .add(pod);
        }
        for (Node node : nodes.items()) {
            String name = String.valueOf(node.metadata().name());
            List<Pod> pods = byNode.remove(name);
            look(node, name, pods == null ? List.of() : pods);
        }
        byNode.values().forEach(this::lookOutOfSight);
        if (isRolling()) {
            update();
        }
    }

    private void look(Node node, String name, List<Pod> pods) {
        DaemonNodes.Fit fit = place.fit(node);
        List<Pod> active =
                pods.stream().filter(PodState::active).sorted(BEST_FIRST).toList();
        if (fit != DaemonNodes.Fit.WANTED) {
            misscheduled += active.isEmpty() ? 0 : 1;
            pods.stream()
                    .filter(p -> !Owners.marked(p) && (PodState.ended(p) || fit == DaemonNodes.Fit.UNFIT))
                    .forEach(surplus::add);
            return;
        }
        if (pods.isEmpty()) {
            missing.add(name);
        }
        for (Pod pod : pods) {
            if (PodState.ended(pod) && !Owners.marked(pod)) {
                Duration left = Duration.between(now, PodState.created(pod).plus(AGAIN));
                if (left.isNegative() || left.isZero()) {
                    surplus.add(pod);
                } else {
                    lookIn(left);
                }
            }
        }
        active.stream().skip(1).forEach(surplus::add);
        Pod pod = active.isEmpty() ? null : active.get(0);
        count(!pods.isEmpty(), pod);
        outdate(node, pod);
    }

    /** What cannot be seen is as it was; what is known to be gone needs no pod any more that was never there. */
    private void lookOutOfSight(List<Pod> pods) {
        if (!nodes.complete()) {
            Optional<Pod> active = pods.stream().filter(PodState::active).min(BEST_FIRST);
            count(true, active.orElse(null));
            return;
        }
        pods.stream()
                .filter(p -> !Owners.marked(p) && (p.spec() == null || p.spec().nodeName() == null))
                .forEach(surplus::add);
    }

    private void count(boolean some, @Nullable Pod pod) {
        desired++;
        current += some ? 1 : 0;
        if (pod != null) {
            ready += PodState.ready(pod) ? 1 : 0;
            available += isAvailable(pod) ? 1 : 0;
            updated += isUpdated(pod) ? 1 : 0;
            PodState.untilAvailable(pod, spec.minReadySeconds(), now)
                    .filter(d -> !d.isZero())
                    .ifPresent(this::lookIn);
        }
    }

    private void lookIn(Duration time) {
        next = next == null || time.compareTo(next) < 0 ? time : next;
    }

    private boolean isAvailable(Pod pod) {
        return PodState.untilAvailable(pod, spec.minReadySeconds(), now)
                .filter(Duration::isZero)
                .isPresent();
    }

    private boolean isUpdated(Pod pod) {
        return revision.equals(pod.metadata().labels().get(Annotations.CONTROLLER_REVISION_HASH));
    }

    private boolean isRolling() {
        return spec.updateStrategy() == null
                || !DaemonSet.ON_DELETE.equals(spec.updateStrategy().type());
    }

    /**
     * A node that does not answer keeps the pod it has until it is back, and holds up no others meanwhile: at the edge some are always away.
     */
    private void outdate(Node node, @Nullable Pod pod) {
        boolean answers = node.status() != null && "Ready".equals(node.status().phase());
        boolean placed = pod != null && pod.spec() != null && pod.spec().nodeName() != null;
        if (!answers && (placed || pod == null)) {
            return;
        }
        if (pod == null || isUpdated(pod)) {
            unavailable += pod != null && isAvailable(pod) ? 0 : 1;
        } else {
            (isAvailable(pod) ? outdated : outdatedAndUseless).add(pod);
        }
    }

    /** What is of no use is replaced at once, and of the others as many as may be missing at a time. */
    private void update() {
        surplus.addAll(outdatedAndUseless);
        int room = mostUnavailable() - unavailable - outdatedAndUseless.size();
        outdated.stream().limit(Math.max(0, room)).forEach(surplus::add);
    }

    private int mostUnavailable() {
        DaemonSet.RollingUpdate rolling =
                spec.updateStrategy() == null ? null : spec.updateStrategy().rollingUpdate();
        String most = rolling == null || rolling.maxUnavailable() == null ? "1" : rolling.maxUnavailable();
        return Rolling.count("spec.updateStrategy.rollingUpdate.maxUnavailable", most, desired, true);
    }

    private Pod fresh(String node) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(Annotations.CONTROLLER_REVISION_HASH, revision);
        return OwnedPods.fresh(set, set.metadata().name() + "-", template, labels, place.on(node));
    }

    /** Pods to be made now. */
    List<Pod> missing() {
        return missing.stream().limit(MOST_AT_ONCE).map(this::fresh).toList();
    }

    /** Pods to be deleted now. */
    List<Pod> surplus() {
        return surplus.stream().limit(MOST_AT_ONCE).toList();
    }

    /** Whether there is more to do than is done in one step. */
    boolean hasMore() {
        return missing.size() > MOST_AT_ONCE || surplus.size() > MOST_AT_ONCE;
    }

    /** When something is to be done by the mere passing of time. */
    Optional<Duration> next() {
        return Optional.ofNullable(next);
    }

    /** Only who sees all nodes can say that a change has been seen to. */
    DaemonSet.Status status() {
        DaemonSet.Status before = set.status();
        return new DaemonSet.Status(
                current,
                misscheduled,
                desired,
                ready,
                updated,
                available,
                desired - available,
                nodes.complete() ? set.metadata().generation() : before == null ? null : before.observedGeneration(),
                before == null ? List.of() : before.conditions(),
                revision,
                template);
    }
}
