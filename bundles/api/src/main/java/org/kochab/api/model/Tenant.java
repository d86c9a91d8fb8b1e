package org.kochab.api.model;

import org.jspecify.annotations.Nullable;

/** A virtual cluster. Kept in the directory, not in a tenant partition. */
public record Tenant(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /**
     * @param partition the tenant partition it lives in; null to let the platform choose
     */
    public record Spec(@Nullable String partition) {}

    /** @param phase {@code Active}, {@code Moving} to another partition, or {@code Terminating} */
    public record Status(String phase) {}

    @Override
    public Tenant withMetadata(ObjectMeta value) {
        return new Tenant(apiVersion, kind, value, spec, status);
    }
}
