package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.PodDisruptionBudget.Status;
import org.kochab.api.model.PodStatus;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/** What disruption budgets say of an eviction. Pure functions. */
public final class Budgets {
    private Budgets() {}

    /** Whether the pod is anything that budgets count: it runs, and is to stay. */
    public static boolean count(Pod pod) {
        PodStatus status = pod.status();
        String phase = status == null || status.phase() == null ? "Pending" : status.phase();
        return pod.metadata().deletionTimestamp() == null && (phase.equals("Running") || phase.equals("Unknown"));
    }

    /**
     * What is left of a budget after the eviction of a pod that counts; empty if it has no say in it.
     *
     * @throws ResourceException {@code BUSY} if it does not allow it now
     */
    public static Optional<PodDisruptionBudget> after(PodDisruptionBudget budget, Pod pod) {
        PodDisruptionBudget.Spec spec = budget.spec();
        if (spec == null
                || spec.selector() == null
                || !spec.selector().matches(pod.metadata().labels())) {
            return Optional.empty();
        }
        Status now = budget.status();
        if (now == null || !budget.metadata().generation().equals(now.observedGeneration())) {
            throw refused(pod, budget, "has not been worked out yet");
        }
        boolean ready = isReady(pod);
        if (!ready && now.currentHealthy() >= now.desiredHealthy()) {
            // What the budget keeps is there without it.
            return Optional.empty();
        }
        if (now.disruptionsAllowed() < 1) {
            throw refused(
                    pod,
                    budget,
                    "needs " + now.desiredHealthy() + " healthy pods and has " + now.currentHealthy() + " currently");
        }
        return Optional.of(budget.withStatus(new Status(
                now.disruptionsAllowed() - 1,
                ready ? now.currentHealthy() - 1 : now.currentHealthy(),
                now.desiredHealthy(),
                now.expectedPods(),
                now.observedGeneration())));
    }

    private static boolean isReady(Pod pod) {
        return pod.status() != null
                && pod.status().conditions().stream().anyMatch(c -> c.type().equals("Ready") && c.isTrue());
    }

    private static ResourceException refused(Pod pod, PodDisruptionBudget budget, String why) {
        return new ResourceException(
                Reason.BUSY,
                "Cannot evict pod " + pod.metadata().namespace() + "/"
                        + pod.metadata().name()
                        + " as it would violate the pod's disruption budget. The disruption budget "
                        + budget.metadata().name() + " " + why);
    }
}
