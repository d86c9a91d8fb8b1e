package org.kochab.api.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A virtual cluster. Kept in the directory, not in a tenant partition. */
public record Tenant(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /**
     * @param partition the tenant partition it lives in; null to let the platform choose
     * @param quota what the tenant may have at most; what it does not name, and all if null, is as the platform's configuration says
     */
    public record Spec(@Nullable String partition, @Nullable Quota quota) {
        /** Without a quota of its own. */
        public static Spec in(String partition) {
            return new Spec(partition, null);
        }
    }

    /** @param hard as {@link ResourceQuota.Spec#hard}, over all namespaces */
    public record Quota(Map<String, String> hard) {
        public Quota {
            hard = Copies.map(hard);
        }
    }

    /** @param phase {@code Active}, {@code Moving} to another partition, or {@code Terminating} */
    public record Status(String phase) {}

    @Override
    public Tenant withMetadata(ObjectMeta value) {
        return new Tenant(apiVersion, kind, value, spec, status);
    }
}
