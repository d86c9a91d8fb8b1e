package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.StatefulSet;

/** The numbered pods of a stateful set, and what is to be done about them next. Changes nothing. */
final class Ordinals {
    /** Pods made or ended in one step; the rest follows in the next. */
    static final int MOST_AT_ONCE = 500;

    private final StatefulSet set;
    private final StatefulSet.Spec spec;
    private final Pod.Template template;
    private final Instant now;
    private final TreeMap<Integer, Pod> pods = new TreeMap<>();
    private final Pod.Template currentTemplate;
    private final String currentRevision;
    private final String updateRevision;

    /** What is done in one go. */
    sealed interface Step {
        record Create(List<Pod> pods) implements Step {}

        record Delete(List<Pod> pods) implements Step {}
    }

    private Ordinals(StatefulSet set, StatefulSet.Spec spec, Pod.Template template, List<Pod> owned, Instant now) {
        this.set = set;
        this.spec = spec;
        this.template = template;
        this.now = now;
        owned.forEach(p -> ordinal(set, p).ifPresent(i -> pods.put(i, p)));
        StatefulSet.Status status = set.status();
        Pod.Template known = status == null ? null : status.currentTemplate();
        String name = status == null ? null : status.currentRevision();
        boolean same = known == null || name == null || Templates.same(known, template);
        // A template keeps the name it has: the next version of Kochab might give it another.
        updateRevision = same && name != null ? name : set.metadata().name() + "-" + Templates.hash(template);
        boolean complete = same || isComplete();
        currentTemplate = complete ? template : known;
        currentRevision = complete || name == null ? updateRevision : name;
    }

    static Ordinals of(StatefulSet set, List<Pod> owned, Instant now) {
        StatefulSet.Spec spec = set.spec();
        if (spec == null || spec.template() == null) {
            throw new IllegalArgumentException("the set has no template");
        }
        return new Ordinals(set, spec, spec.template(), owned, now);
    }

    /** The number at the end of a pod's name; empty if it is not one of the set's names. */
    static OptionalInt ordinal(StatefulSet set, Pod pod) {
        String name = String.valueOf(pod.metadata().name());
        String head = set.metadata().name() + "-";
        String digits = name.startsWith(head) ? name.substring(head.length()) : "";
        return digits.matches("0|[1-9][0-9]{0,6}") ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    private int replicas() {
        return spec.replicas() == null ? 1 : Math.max(0, spec.replicas());
    }

    private boolean isRolling() {
        return spec.updateStrategy() == null
                || !StatefulSet.ON_DELETE.equals(spec.updateStrategy().type());
    }

    /** Pods with a lower number keep their template. */
    private int partition() {
        StatefulSet.RollingUpdate rolling =
                spec.updateStrategy() == null ? null : spec.updateStrategy().rollingUpdate();
        return rolling == null || rolling.partition() == null ? 0 : rolling.partition();
    }

    private boolean isOrdered() {
        return !StatefulSet.PARALLEL.equals(spec.podManagementPolicy());
    }

    private static @Nullable String revision(Pod pod) {
        return pod.metadata().labels().get(Annotations.CONTROLLER_REVISION_HASH);
    }

    private boolean isUpdated(Pod pod) {
        return updateRevision.equals(revision(pod));
    }

    /** Whether all pods that there are to be are of the template as it is, and available. */
    private boolean isComplete() {
        if (pods.size() != replicas()) {
            return false;
        }
        return pods.values().stream().allMatch(p -> isUpdated(p) && isAvailable(p));
    }

    private boolean isAvailable(@Nullable Pod pod) {
        return pod != null
                && PodState.active(pod)
                && PodState.untilAvailable(pod, spec.minReadySeconds(), now)
                        .filter(Duration::isZero)
                        .isPresent();
    }

    /** The next step; empty if there is none until something changes. */
    Optional<Step> step() {
        List<Pod> missing = new ArrayList<>();
        for (int i = 0; i < replicas() && missing.size() < MOST_AT_ONCE; i++) {
            Pod pod = pods.get(i);
            if (pod == null) {
                missing.add(fresh(i));
            } else if (!Owners.marked(pod) && (PodState.ended(pod) || isStuck(i, pod))) {
                return Optional.of(new Step.Delete(List.of(pod)));
            }
            if (isOrdered() && !isAvailable(pod)) {
                return missing.isEmpty() ? Optional.empty() : Optional.of(new Step.Create(missing));
            }
        }
        if (!missing.isEmpty()) {
            return Optional.of(new Step.Create(missing));
        }
        Optional<Step> fewer = shrink();
        return fewer.isPresent() || pods.size() > replicas() ? fewer : update();
    }

    /** It is not available, and is of a template that it should not have: a repaired template would never come to it. */
    private boolean isStuck(int ordinal, Pod pod) {
        return isRolling() && ordinal >= partition() && !isUpdated(pod) && !isAvailable(pod);
    }

    /** From the highest number on; in order, the next when the one above is gone. */
    private Optional<Step> shrink() {
        List<Pod> out = new ArrayList<>();
        for (Map.Entry<Integer, Pod> e : pods.descendingMap().entrySet()) {
            if (e.getKey() < replicas() || out.size() == MOST_AT_ONCE) {
                break;
            }
            if (!Owners.marked(e.getValue())) {
                out.add(e.getValue());
            }
            if (isOrdered()) {
                break;
            }
        }
        return out.isEmpty() ? Optional.empty() : Optional.of(new Step.Delete(out));
    }

    /** From the highest number on, the next when the one above is available. */
    private Optional<Step> update() {
        if (!isRolling()) {
            return Optional.empty();
        }
        for (int i = replicas() - 1; i >= partition(); i--) {
            Pod pod = pods.get(i);
            if (pod == null || Owners.marked(pod)) {
                return Optional.empty();
            }
            if (!isUpdated(pod)) {
                return Optional.of(new Step.Delete(List.of(pod)));
            }
            if (!isAvailable(pod)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Pod fresh(int ordinal) {
        boolean current = isRolling() && ordinal < partition();
        Pod.Template from = current ? currentTemplate : template;
        String name = set.metadata().name() + "-" + ordinal;
        Map<String, String> labels = new TreeMap<>();
        labels.put(Annotations.POD_NAME, name);
        labels.put(Annotations.POD_INDEX, Integer.toString(ordinal));
        labels.put(Annotations.CONTROLLER_REVISION_HASH, current ? currentRevision : updateRevision);
        PodSpec spec =
                this.spec.withClaims(from.spec().toBuilder().hostname(name).build(), name);
        return OwnedPods.named(set, name, from, labels, spec);
    }

    StatefulSet.Status status() {
        int ready = 0;
        int available = 0;
        int updated = 0;
        int current = 0;
        List<Pod> active = pods.values().stream().filter(PodState::active).toList();
        for (Pod pod : active) {
            ready += PodState.ready(pod) ? 1 : 0;
            available += isAvailable(pod) ? 1 : 0;
            updated += isUpdated(pod) ? 1 : 0;
            current += currentRevision.equals(revision(pod)) ? 1 : 0;
        }
        List<Condition> conditions =
                set.status() == null ? Collections.emptyList() : set.status().conditions();
        return new StatefulSet.Status(
                active.size(),
                ready,
                available,
                current,
                updated,
                currentRevision,
                updateRevision,
                set.metadata().generation(),
                conditions,
                currentTemplate);
    }

    /** When a pod becomes available by the mere passing of time; empty if none does. */
    Optional<Duration> untilAvailable() {
        return pods.values().stream()
                .filter(PodState::active)
                .flatMap(p -> PodState.untilAvailable(p, spec.minReadySeconds(), now).stream())
                .filter(d -> !d.isZero())
                .min(Duration::compareTo);
    }
}
