package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each container of a namespace may ask for, and what it asks for if it does not say. */
public record LimitRange(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec) implements Resource {
    public record Spec(List<Item> limits) {
        public Spec {
            limits = Copies.list(limits);
        }
    }

    /**
     * Quantities by resource name.
     *
     * @param type {@code Container}
     * @param defaultLimit {@code default} in manifests: the limit of a container that has none
     * @param defaultRequest the request of a container that has neither request nor limit
     * @param min of its request
     * @param max of its limit
     * @param maxLimitRequestRatio how many times its request its limit may be
     */
    public record Item(
            @Nullable String type,
            Map<String, String> defaultLimit,
            Map<String, String> defaultRequest,
            Map<String, String> min,
            Map<String, String> max,
            Map<String, String> maxLimitRequestRatio) {
        public Item {
            defaultLimit = Copies.map(defaultLimit);
            defaultRequest = Copies.map(defaultRequest);
            min = Copies.map(min);
            max = Copies.map(max);
            maxLimitRequestRatio = Copies.map(maxLimitRequestRatio);
        }
    }

    @Override
    public LimitRange withMetadata(ObjectMeta value) {
        return new LimitRange(apiVersion, kind, value, spec);
    }
}
