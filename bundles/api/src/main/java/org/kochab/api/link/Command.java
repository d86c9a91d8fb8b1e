package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/cmd/{correlation}}. The answer goes to {@code up/reply/{correlation}} as {@link Reply}s.
 *
 * @param type {@code logs}, {@code exec}, {@code action}, {@code cancel} (ends the command with the same correlation), {@code report} (asks for a full report; no reply)
 *     or {@code birth} (asks for the birth again, with the same number, and then a full report: the manager has missed it; no reply)
 * @param command of {@code exec}; of {@code action} the action and, if it has one, the snapshot's name
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
        long timeoutSeconds) {
    public Command {
        command = command == null ? List.of() : List.copyOf(command);
    }
}
