package org.kochab.api.model;

import org.jspecify.annotations.Nullable;

/** A unit of work placed on one node. */
public record Pod(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable PodSpec spec, @Nullable PodStatus status)
        implements Resource {
    /** What a workload kind makes pods from. */
    public record Template(@Nullable ObjectMeta metadata, PodSpec spec) {}

    @Override
    public Pod withMetadata(ObjectMeta value) {
        return new Pod(apiVersion, kind, value, spec, status);
    }

    public Pod withSpec(PodSpec value) {
        return new Pod(apiVersion, kind, metadata, value, status);
    }

    public Pod withStatus(@Nullable PodStatus value) {
        return new Pod(apiVersion, kind, metadata, spec, value);
    }
}
