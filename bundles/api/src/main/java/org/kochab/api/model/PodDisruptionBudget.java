package org.kochab.api.model;

import org.jspecify.annotations.Nullable;

/** How many of an application's pods may be taken away at a time by those who ask first: evictions, which drains are made of. Deletions do not ask. */
public record PodDisruptionBudget(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /**
     * One of the two amounts, each a number or a percentage of the pods that there should be, rounded up.
     *
     * @param minAvailable pods that must stay ready
     * @param maxUnavailable pods that may be missing or not ready
     * @param selector of pods of the namespace; null for none of them, empty for all
     */
    public record Spec(
            @Nullable String minAvailable, @Nullable String maxUnavailable, @Nullable LabelSelector selector) {}

    /**
     * @param disruptionsAllowed evictions of ready pods that are allowed now; each takes one off in the same moment
     * @param currentHealthy pods that are ready and not under deletion
     * @param desiredHealthy how many there must be at least
     * @param expectedPods how many there should be, as those say that the pods belong to
     * @param observedGeneration of the spec that this was worked out for
     */
    public record Status(
            int disruptionsAllowed,
            int currentHealthy,
            int desiredHealthy,
            int expectedPods,
            @Nullable Long observedGeneration) {}

    @Override
    public PodDisruptionBudget withMetadata(ObjectMeta value) {
        return new PodDisruptionBudget(apiVersion, kind, value, spec, status);
    }

    public PodDisruptionBudget withStatus(@Nullable Status value) {
        return new PodDisruptionBudget(apiVersion, kind, metadata, spec, value);
    }
}
