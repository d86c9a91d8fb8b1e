package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/cmd/{correlation}}. The answer goes to {@code up/reply/{correlation}} as {@link Reply}s.
 *
 * @param type {@code logs}, {@code exec}, {@code invoke} (calls a function), {@code cancel} (ends the command with the same correlation),
 *     {@code report} (asks for a full report; no reply) or {@code birth} (asks for the birth again, with the same number, and then a full report: the
 *     manager has missed it; no reply)
 * @param data input of an {@code invoke}, in base64; else null
 */
public record Command(
        String type,
        long epoch,
        @Nullable String uid,
        @Nullable String container,
        List<String> command,
        @Nullable Integer tailLines,
        boolean follow,
        boolean previous,
        long timeoutSeconds,
        @Nullable String data) {
    public Command {
        command = command == null ? List.of() : List.copyOf(command);
    }

    /** One without data. */
    public Command(
            String type,
            long epoch,
            @Nullable String uid,
            @Nullable String container,
            List<String> command,
            @Nullable Integer tailLines,
            boolean follow,
            boolean previous,
            long timeoutSeconds) {
        this(type, epoch, uid, container, command, tailLines, follow, previous, timeoutSeconds, null);
    }
}
