package org.kochab.partition.internal.core.tenant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Condition;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;

/** What is to be stored of a pod, from what is stored and what the partition's leader knows of it. Pure. */
final class PodImage {
    static final String RESIZE_PENDING = "PodResizePending";
    static final String RESIZE_IN_PROGRESS = "PodResizeInProgress";

    static final String CONFIG_ERROR = "CreateContainerConfigError";

    private PodImage() {}

    static Changes.Next next(Pod current, PodRecord r, Instant now) {
        ObjectMeta meta = current.metadata();
        if (!r.uid.equals(meta.uid()) || current.spec() == null) {
            return new Changes.Next.Same(current);
        }
        boolean ending = meta.deletionTimestamp() != null;
        if (r.gone && ending && meta.finalizers().isEmpty()) {
            return new Changes.Next.Remove(current);
        }
        PodSpec spec = current.spec();
        PodStatus before = current.status() == null ? PodStatus.pending() : current.status();
        PodStatus status = before;
        if (r.stage == PodRecord.Stage.BINDING && spec.nodeName() == null && !ending && r.target != null) {
            spec = spec.withNodeName(r.target);
            status = with(waiting(status, r, spec), condition(status, "PodScheduled", true, null, null, now));
        } else if (r.unschedulable != null && r.stage != PodRecord.Stage.BOUND) {
            String reason = r.lacksValues ? CONFIG_ERROR : "Unschedulable";
            status = with(
                    waiting(status, r, spec), condition(status, "PodScheduled", false, reason, r.unschedulable, now));
        }
        if (r.report != null && !isTerminal(before) && r.report.node().equals(spec.nodeName())) {
            status = reported(status, r.report.status(), now);
        }
        status = resized(status, r, meta, now);
        String nominated = spec.nodeName() == null && !ending ? r.nominated() : null;
        if (!Objects.equals(nominated, status.nominatedNodeName())) {
            status = status.withNominatedNodeName(nominated);
        }
        if (r.eviction != null && !ending) {
            long grace = spec.terminationGracePeriodSeconds() == null ? 30 : spec.terminationGracePeriodSeconds();
            meta = meta.withDeletion(now.plusSeconds(grace), grace);
            String why = r.eviction.news().message();
            status = with(status, condition(status, "DisruptionTarget", true, r.eviction.reason(), why, now));
        }
        if (spec == current.spec() && meta == current.metadata() && status.equals(before)) {
            return new Changes.Next.Same(current);
        }
        return new Changes.Next.Store(new Pod(current.apiVersion(), current.kind(), meta, spec, status));
    }

    /** Its containers say what they wait for, as if its node did. */
    private static PodStatus waiting(PodStatus s, PodRecord r, PodSpec spec) {
        List<PodStatus.ContainerStatus> containers = new ArrayList<>();
        if (r.lacksValues && r.unschedulable != null) {
            PodStatus.State waiting =
                    new PodStatus.State(new PodStatus.Waiting(CONFIG_ERROR, r.unschedulable), null, null);
            spec.containers()
                    .forEach(c -> containers.add(new PodStatus.ContainerStatus(
                            c.name(), c.image(), null, null, false, 0, waiting, null, null)));
        }
        return s.containerStatuses().equals(containers)
                ? s
                : new PodStatus(
                        s.phase(),
                        s.reason(),
                        s.message(),
                        s.hostIP(),
                        s.podIP(),
                        s.startTime(),
                        s.conditions(),
                        containers,
                        s.initContainerStatuses(),
                        s.observedGeneration(),
                        s.nominatedNodeName());
    }

    static boolean isTerminal(@Nullable PodStatus status) {
        return status != null && ("Succeeded".equals(status.phase()) || "Failed".equals(status.phase()));
    }

    /** What the node says, with the conditions that are not the node's to say kept. */
    private static PodStatus reported(PodStatus before, PodStatus said, Instant now) {
        boolean running = "Running".equals(said.phase());
        boolean ready = running
                && !said.containerStatuses().isEmpty()
                && said.containerStatuses().stream().allMatch(PodStatus.ContainerStatus::ready);
        String reason = ready ? null : isTerminal(said) ? "PodCompleted" : "ContainersNotReady";
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition(before, "PodScheduled", true, null, null, now));
        conditions.add(condition(before, "ContainersReady", ready, reason, null, now));
        conditions.add(condition(before, "Ready", ready, reason, null, now));
        PodStatus base = new PodStatus(
                said.phase() == null ? before.phase() : said.phase(),
                said.reason(),
                said.message(),
                said.hostIP() == null ? before.hostIP() : said.hostIP(),
                said.podIP() == null ? before.podIP() : said.podIP(),
                said.startTime() == null ? before.startTime() : said.startTime(),
                before.conditions(),
                said.containerStatuses(),
                said.initContainerStatuses(),
                said.observedGeneration() == null ? before.observedGeneration() : said.observedGeneration());
        for (Condition c : said.conditions()) {
            if (c.type() != null
                    && c.status() != null
                    && conditions.stream().noneMatch(o -> o.type().equals(c.type()))) {
                conditions.add(condition(before, c.type(), c.isTrue(), c.reason(), c.message(), now));
            }
        }
        for (Condition c : conditions) {
            base = with(base, c);
        }
        return base;
    }

    /** A condition; its time is the one of the last change of its status. */
    private static Condition condition(
            PodStatus before,
            String type,
            boolean holds,
            @Nullable String reason,
            @Nullable String message,
            Instant now) {
        String status = holds ? "True" : "False";
        Optional<Condition> former = find(before, type);
        Instant since = former.filter(c -> c.status().equals(status) && c.lastTransitionTime() != null)
                .map(Condition::lastTransitionTime)
                .orElse(now);
        return new Condition(type, status, reason, message, since);
    }

    private static PodStatus with(PodStatus s, Condition condition) {
        List<Condition> conditions = new ArrayList<>(s.conditions());
        conditions.removeIf(c -> c.type().equals(condition.type()));
        conditions.add(condition);
        conditions.sort(java.util.Comparator.comparing(Condition::type));
        return s.withConditions(conditions);
    }

    private static PodStatus without(PodStatus s, String type) {
        return find(s, type).isEmpty()
                ? s
                : s.withConditions(s.conditions().stream()
                        .filter(c -> !c.type().equals(type))
                        .toList());
    }

    static Optional<Condition> find(PodStatus status, String type) {
        return status.conditions().stream().filter(c -> c.type().equals(type)).findFirst();
    }

    static boolean isResizePending(@Nullable PodStatus status) {
        return status != null && find(status, RESIZE_PENDING).isPresent();
    }

    /** Whether a change of the pod waits for room on its node, and whether the node is at it. What is not known changes nothing. */
    private static PodStatus resized(PodStatus before, PodRecord r, ObjectMeta meta, Instant now) {
        if (meta.deletionTimestamp() != null || isTerminal(before)) {
            return without(without(before, RESIZE_PENDING), RESIZE_IN_PROGRESS);
        }
        PodStatus status = before;
        PodRecord.Resize resize = r.resize;
        if (resize != null && resize.reason != null) {
            status = with(status, condition(status, RESIZE_PENDING, true, resize.reason, resize.message, now));
        } else if (resize == null && r.claimGeneration > 0) {
            status = without(status, RESIZE_PENDING);
        }
        Long observed = status.observedGeneration();
        Optional<Condition> said = find(r.report == null ? status : r.report.status(), RESIZE_IN_PROGRESS);
        if (said.isPresent() || observed != null && observed < r.claimGeneration) {
            String reason = said.map(Condition::reason).orElse(null);
            String message = said.map(Condition::message).orElse(null);
            return with(status, condition(status, RESIZE_IN_PROGRESS, true, reason, message, now));
        }
        return without(status, RESIZE_IN_PROGRESS);
    }
}
