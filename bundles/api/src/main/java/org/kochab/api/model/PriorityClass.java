package org.kochab.api.model;

import org.jspecify.annotations.Nullable;

/**
 * How urgent pods are that name it with {@code priorityClassName}. Each tenant has its own, and a pod's priority is compared with that of pods of its
 * tenant only. What a class says is copied into pods when they are made.
 *
 * @param value the priority: higher is more urgent; 1,000,000,000 at most. Cannot be changed
 * @param globalDefault whether it is that of pods which name none; of several the one with the lowest value counts
 * @param preemptionPolicy {@link #PREEMPT} (also when null) or {@link #NEVER}. Cannot be changed
 */
public record PriorityClass(
        String apiVersion,
        String kind,
        ObjectMeta metadata,
        @Nullable Integer value,
        @Nullable Boolean globalDefault,
        @Nullable String description,
        @Nullable String preemptionPolicy)
        implements Resource {
    /** Pods of a lower priority are ended if that makes room. */
    public static final String PREEMPT = "PreemptLowerPriority";

    /** The pod waits for room that others leave. */
    public static final String NEVER = "Never";

    public boolean isDefault() {
        return Boolean.TRUE.equals(globalDefault);
    }

    /** What pods of the class get. */
    public int priority() {
        return value == null ? 0 : value;
    }

    @Override
    public PriorityClass withMetadata(ObjectMeta meta) {
        return new PriorityClass(apiVersion, kind, meta, value, globalDefault, description, preemptionPolicy);
    }
}
