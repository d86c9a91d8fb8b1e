package org.kochab.api.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a namespace may have at most, in sum. */
public record ResourceQuota(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /**
     * @param hard quantities by what is counted: {@code pods} (those that have not ended), {@code requests.cpu}, {@code requests.memory}, {@code limits.cpu}, {@code limits.memory} and the like,
     *     {@code cpu} and {@code memory} for requests, and {@code count/PLURAL.GROUP} for objects, for example {@code count/deployments.apps}
     */
    public record Spec(Map<String, String> hard) {
        public Spec {
            hard = Copies.map(hard);
        }
    }

    /**
     * @param hard what was in force when it was written
     * @param used the same quantities, as they are used
     */
    public record Status(Map<String, String> hard, Map<String, String> used) {
        public Status {
            hard = Copies.map(hard);
            used = Copies.map(used);
        }
    }

    @Override
    public ResourceQuota withMetadata(ObjectMeta value) {
        return new ResourceQuota(apiVersion, kind, value, spec, status);
    }

    public ResourceQuota withStatus(@Nullable Status value) {
        return new ResourceQuota(apiVersion, kind, metadata, spec, value);
    }
}
