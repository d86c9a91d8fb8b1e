package org.kochab.api.model;

import org.jspecify.annotations.Nullable;

/** A part of a tenant. */
public record Namespace(String apiVersion, String kind, ObjectMeta metadata, @Nullable Status status)
        implements Resource {
    /** @param phase {@code Active} or {@code Terminating} */
    public record Status(String phase) {}

    @Override
    public Namespace withMetadata(ObjectMeta value) {
        return new Namespace(apiVersion, kind, value, status);
    }
}
