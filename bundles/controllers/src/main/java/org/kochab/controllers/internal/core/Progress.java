package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.ReplicaSet;

/** A deployment's status and conditions, from those of its replica sets. */
final class Progress {
    static final String AVAILABLE = "Available";
    static final String PROGRESSING = "Progressing";
    static final String EXCEEDED = "ProgressDeadlineExceeded";
    private static final int DEFAULT_DEADLINE_SECONDS = 600;

    private Progress() {}

    /** The status as it is at {@code now}; the condition {@code Progressing} has its transition time moved at each step forward. */
    static Deployment.Status status(Deployment deployment, Revisions revisions, Instant now) {
        int wanted = Rolling.wanted(deployment.spec());
        int replicas = 0;
        int ready = 0;
        int available = 0;
        for (ReplicaSet s : revisions.all()) {
            ReplicaSet.Status status = s.status();
            if (status != null) {
                replicas += status.replicas();
                ready += status.readyReplicas();
                available += status.availableReplicas();
            }
        }
        int updated = revisions
                .current()
                .map(ReplicaSet::status)
                .map(ReplicaSet.Status::replicas)
                .orElse(0);
        Deployment.Status before = deployment.status();
        var numbers = new Deployment.Status(
                replicas,
                updated,
                ready,
                available,
                Math.max(0, Scaling.size(revisions.all()) - available),
                deployment.metadata().generation(),
                before == null ? List.of() : before.conditions());
        int minAvailable = wanted - Rolling.of(deployment.spec()).maxUnavailable();
        boolean enough = available >= minAvailable;
        List<Condition> conditions = Conditions.with(
                numbers.conditions(),
                AVAILABLE,
                enough ? "True" : "False",
                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                available + " of " + wanted + " pods are available, at least " + Math.max(0, minAvailable) + " must be",
                now);
        Condition progress = progress(deployment, revisions, numbers, now);
        conditions = Conditions.replaced(conditions, progress);
        return new Deployment.Status(
                replicas,
                updated,
                ready,
                available,
                numbers.unavailableReplicas(),
                numbers.observedGeneration(),
                failure(revisions, conditions));
    }

    static boolean complete(Deployment deployment, Deployment.Status status) {
        int wanted = Rolling.wanted(deployment.spec());
        return status.updatedReplicas() == wanted
                && status.replicas() == wanted
                && status.availableReplicas() >= wanted;
    }

    /** How long until the deadline has to be looked at again; empty if it is not running. */
    static Optional<Duration> untilDeadline(Deployment deployment, Deployment.Status status, Instant now) {
        Optional<Condition> progress = Conditions.find(status.conditions(), PROGRESSING);
        if (complete(deployment, status)
                || progress.isEmpty()
                || !progress.get().isTrue()
                || progress.get().lastTransitionTime() == null) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, progress.get().lastTransitionTime())
                .plus(deadline(deployment))
                .plusMillis(1);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    private static Duration deadline(Deployment deployment) {
        Integer seconds = deployment.spec().progressDeadlineSeconds();
        return Duration.ofSeconds(seconds == null ? DEFAULT_DEADLINE_SECONDS : seconds);
    }

    private static Condition progress(
            Deployment deployment, Revisions revisions, Deployment.Status numbers, Instant now) {
        Condition old = Conditions.find(numbers.conditions(), PROGRESSING).orElse(null);
        String set = revisions
                .current()
                .map(s -> String.valueOf(s.metadata().name()))
                .orElse("");
        if (Boolean.TRUE.equals(deployment.spec().paused())) {
            return kept(old, "Unknown", "DeploymentPaused", "The rollout is paused", now);
        }
        if (complete(deployment, numbers)) {
            return kept(old, "True", "NewReplicaSetAvailable", "Replica set " + set + " is fully rolled out", now);
        }
        boolean fresh = old == null
                || old.reason() == null
                || old.reason().equals("DeploymentPaused")
                || !Revisions.seen(deployment)
                || forward(deployment.status(), numbers);
        if (fresh) {
            return new Condition(
                    PROGRESSING, "True", "ReplicaSetUpdated", "Replica set " + set + " is progressing", now);
        }
        boolean late = old.isTrue()
                && !old.reason().equals("NewReplicaSetAvailable")
                && old.lastTransitionTime() != null
                && now.isAfter(old.lastTransitionTime().plus(deadline(deployment)));
        if (late) {
            return new Condition(
                    PROGRESSING,
                    "False",
                    EXCEEDED,
                    "Replica set " + set + " has not progressed for "
                            + deadline(deployment).toSeconds()
                            + " s: see kochab:describe and kochab:pod-explain of its pods, or kochab:rollback",
                    now);
        }
        return old;
    }

    private static boolean forward(Deployment.@org.jspecify.annotations.Nullable Status before, Deployment.Status now) {
        return before == null
                || now.updatedReplicas() > before.updatedReplicas()
                || now.replicas() - now.updatedReplicas() < before.replicas() - before.updatedReplicas()
                || now.readyReplicas() > before.readyReplicas()
                || now.availableReplicas() > before.availableReplicas();
    }

    private static Condition kept(
            @org.jspecify.annotations.Nullable Condition old,
            String status,
            String reason,
            String message,
            Instant now) {
        boolean same = old != null && old.status().equals(status) && reason.equals(old.reason());
        return new Condition(PROGRESSING, status, reason, message, same ? old.lastTransitionTime() : now);
    }

    private static List<Condition> failure(Revisions revisions, List<Condition> conditions) {
        Optional<Condition> failed = revisions
                .current()
                .map(ReplicaSet::status)
                .flatMap(s -> Conditions.find(s.conditions(), "ReplicaFailure"));
        return failed.map(c -> Conditions.replaced(conditions, c))
                .orElseGet(() -> Conditions.without(conditions, "ReplicaFailure"));
    }
}
