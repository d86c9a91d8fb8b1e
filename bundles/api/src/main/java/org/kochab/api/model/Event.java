package org.kochab.api.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that happened to a resource, for people to read. Repeats are counted, not repeated. */
public record Event(
        String apiVersion,
        String kind,
        ObjectMeta metadata,
        @Nullable Involved involvedObject,
        @Nullable String type,
        @Nullable String reason,
        @Nullable String message,
        @Nullable Source source,
        @Nullable Integer count,
        @Nullable Instant firstTimestamp,
        @Nullable Instant lastTimestamp)
        implements Resource {
    public record Involved(
            @Nullable String apiVersion, String kind, @Nullable String namespace, String name, @Nullable String uid) {}

    public record Source(@Nullable String component, @Nullable String host) {}

    @Override
    public Event withMetadata(ObjectMeta value) {
        return new Event(
                apiVersion,
                kind,
                value,
                involvedObject,
                type,
                reason,
                message,
                source,
                count,
                firstTimestamp,
                lastTimestamp);
    }
}
