package org.kochab.api.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of a resource's status.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 */
public record Condition(
        String type,
        String status,
        @Nullable String reason,
        @Nullable String message,
        @Nullable Instant lastTransitionTime) {
    public boolean isTrue() {
        return "True".equals(status);
    }
}
