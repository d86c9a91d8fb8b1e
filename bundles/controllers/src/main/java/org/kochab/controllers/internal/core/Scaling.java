package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.ReplicaSet;

/** Decides how many pods each of a deployment's replica sets should have next. Numbers only; changes nothing. */
final class Scaling {
    private Scaling() {}

    /** One replica set and its next size. */
    record Step(ReplicaSet set, int replicas) {}

    static int size(ReplicaSet set) {
        return ReplicaSetController.wanted(set);
    }

    static int size(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Scaling::size).sum();
    }

    /** Available pods that are to stay: a set's status may still count pods that it is about to delete. */
    static int available(ReplicaSet set) {
        ReplicaSet.Status status = set.status();
        return status == null ? 0 : Math.min(status.availableReplicas(), size(set));
    }

    static int available(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Scaling::available).sum();
    }

    /** Whether the wanted number was changed since the sets were last scaled. */
    static boolean wantedChanged(Deployment deployment, Revisions revisions) {
        String wanted = Integer.toString(Rolling.wanted(deployment.spec()));
        return revisions.all().stream()
                .filter(s -> size(s) > 0)
                .map(s -> s.metadata().annotations().get(Annotations.DESIRED_REPLICAS))
                .anyMatch(d -> d != null && !d.equals(wanted));
    }

    /** Brings a changed wanted number to all sets that have pods, in proportion to their sizes. */
    static List<Step> proportional(Deployment deployment, Revisions revisions) {
        List<ReplicaSet> active =
                revisions.all().stream().filter(s -> size(s) > 0).toList();
        int wanted = Rolling.wanted(deployment.spec());
        if (active.size() == 1) {
            return List.of(new Step(active.get(0), wanted));
        }
        int all = size(active);
        // While two templates run, the surge is in use: it grows and shrinks along.
        int allowed = wanted == 0 ? 0 : wanted + Rolling.of(deployment.spec()).maxSurge();
        List<ReplicaSet> largest = active.stream()
                .sorted(Comparator.<ReplicaSet>comparingInt(Scaling::size)
                        .thenComparingLong(Revisions::number)
                        .reversed())
                .toList();
        List<Step> steps = new ArrayList<>();
        int left = allowed;
        for (ReplicaSet s : largest) {
            int share = Math.min(left, (int) ((long) size(s) * allowed / Math.max(1, all)));
            steps.add(new Step(s, share));
            left -= share;
        }
        if (left > 0 && !steps.isEmpty()) {
            Step first = steps.get(0);
            steps.set(0, new Step(first.set(), first.replicas() + left));
        }
        return steps;
    }

    /** The next size of the current set in a rolling update; empty if it stays. */
    static Optional<Step> growCurrent(Deployment deployment, ReplicaSet current, List<ReplicaSet> old) {
        int wanted = Rolling.wanted(deployment.spec());
        int now = size(current);
        if (now >= wanted) {
            return now == wanted ? Optional.empty() : Optional.of(new Step(current, wanted));
        }
        int room = wanted + Rolling.of(deployment.spec()).maxSurge() - now - size(old);
        int grow = Math.min(room, wanted - now);
        return grow <= 0 ? Optional.empty() : Optional.of(new Step(current, now + grow));
    }

    /** Next sizes of the old sets in a rolling update: first what is not available anyway, then as many as availability allows. */
    static List<Step> shrinkOld(Deployment deployment, ReplicaSet current, List<ReplicaSet> old) {
        int minAvailable = Rolling.wanted(deployment.spec())
                - Rolling.of(deployment.spec()).maxUnavailable();
        int unavailableNew = size(current) - available(current);
        int most = size(old) + size(current) - minAvailable - unavailableNew;
        List<Step> steps = new ArrayList<>();
        int spare = Math.max(0, available(old) + available(current) - minAvailable);
        for (ReplicaSet s : old) {
            if (most <= 0) {
                break;
            }
            int unavailable = Math.min(size(s) - available(s), most);
            int good = Math.min(Math.min(available(s), spare), most - unavailable);
            if (unavailable + good > 0) {
                steps.add(new Step(s, size(s) - unavailable - good));
                most -= unavailable + good;
                spare -= good;
            }
        }
        return steps;
    }
}
