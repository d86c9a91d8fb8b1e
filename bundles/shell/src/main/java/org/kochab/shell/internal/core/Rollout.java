package org.kochab.shell.internal.core;

import java.util.Optional;
import org.kochab.api.model.Condition;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.StatefulSet;
import org.kochab.resourcetext.ResourceTables;

/**
 * How far a deployment, stateful set or daemon set is.
 *
 * @param done whether everything wanted is there
 * @param failure why it will not be done by itself; empty if it may
 * @param message one sentence for an operator
 */
public record Rollout(boolean done, Optional<String> failure, String message) {
    public static Rollout of(Deployment d) {
        String name = "deployment " + d.metadata().name();
        Deployment.Status s = d.status();
        int wanted = ResourceTables.wanted(d);
        if (s == null
                || s.observedGeneration() == null
                || d.metadata().generation() == null
                || s.observedGeneration() < d.metadata().generation()) {
            return going("Waiting for " + name + " to be looked at");
        }
        Optional<Condition> stuck = s.conditions().stream()
                .filter(c -> c.type().equals("Progressing") && "ProgressDeadlineExceeded".equals(c.reason()))
                .findFirst();
        if (stuck.isPresent()) {
            String why =
                    name + " exceeded its progress deadline: " + stuck.get().message();
            return new Rollout(false, Optional.of(why), why);
        }
        if (s.updatedReplicas() < wanted) {
            return going(
                    "Waiting for " + name + ": " + s.updatedReplicas() + " of " + wanted + " new pods have been made");
        }
        if (s.replicas() > s.updatedReplicas()) {
            return going(
                    "Waiting for " + name + ": " + (s.replicas() - s.updatedReplicas()) + " old pods are still to end");
        }
        if (s.availableReplicas() < s.updatedReplicas()) {
            return going("Waiting for " + name + ": " + s.availableReplicas() + " of " + s.updatedReplicas()
                    + " pods are available");
        }
        return new Rollout(true, Optional.empty(), name + " is rolled out");
    }

    public static Rollout of(StatefulSet set) {
        String name = "stateful set " + set.metadata().name();
        StatefulSet.Status s = set.status();
        if (s == null
                || s.observedGeneration() == null
                || set.metadata().generation() == null
                || s.observedGeneration() < set.metadata().generation()) {
            return going("Waiting for " + name + " to be looked at");
        }
        int wanted = ResourceTables.wanted(set);
        if (s.replicas() != wanted || s.readyReplicas() < wanted) {
            return going("Waiting for " + name + ": " + s.readyReplicas() + " of " + wanted + " pods are ready, "
                    + s.replicas() + " are there");
        }
        StatefulSet.UpdateStrategy strategy =
                set.spec() == null ? null : set.spec().updateStrategy();
        if (strategy != null && StatefulSet.ON_DELETE.equals(strategy.type())) {
            return new Rollout(true, Optional.empty(), name + " is ready; it is updated as its pods are deleted");
        }
        Integer partition = strategy == null || strategy.rollingUpdate() == null
                ? null
                : strategy.rollingUpdate().partition();
        int toUpdate = Math.max(0, wanted - (partition == null ? 0 : partition));
        if (s.updatedReplicas() < toUpdate) {
            return going("Waiting for " + name + ": " + s.updatedReplicas() + " of " + toUpdate + " pods are updated");
        }
        return new Rollout(true, Optional.empty(), name + " is rolled out");
    }

    public static Rollout of(DaemonSet set) {
        String name = "daemon set " + set.metadata().name();
        DaemonSet.Status s = set.status();
        if (s == null
                || s.observedGeneration() == null
                || set.metadata().generation() == null
                || s.observedGeneration() < set.metadata().generation()) {
            return going("Waiting for " + name + " to be looked at, with all nodes in sight");
        }
        boolean byHand = set.spec() != null
                && set.spec().updateStrategy() != null
                && DaemonSet.ON_DELETE.equals(set.spec().updateStrategy().type());
        if (!byHand && s.updatedNumberScheduled() < s.desiredNumberScheduled()) {
            return going("Waiting for " + name + ": " + s.updatedNumberScheduled() + " of " + s.desiredNumberScheduled()
                    + " nodes have a new pod");
        }
        if (s.numberAvailable() < s.desiredNumberScheduled()) {
            return going("Waiting for " + name + ": " + s.numberAvailable() + " of " + s.desiredNumberScheduled()
                    + " nodes have an available pod");
        }
        return new Rollout(
                true,
                Optional.empty(),
                name + (byHand ? " is ready; it is updated as its pods are deleted" : " is rolled out"));
    }

    private static Rollout going(String message) {
        return new Rollout(false, Optional.empty(), message);
    }
}
