package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/cmd/{correlation}}. The answer goes to {@code up/reply/{correlation}} as {@link Reply}s.
 *
 * @param type {@code logs}, {@code exec}, {@code action}, {@code invoke} (calls a function), {@code cancel} (ends the command with the same correlation),
 *     {@code report} (asks for a full report; no reply), {@code birth} (asks for the birth again, with the same number, and then a full report: the
 *     manager has missed it; no reply), {@code update} (fetches another version of the agent, answers, and tries it) or {@code volume-delete} (deletes a persistent
 *     volume and its data, and answers when nothing is left of it)
 * @param command of {@code exec}; of {@code action} the action and, if it has one, the snapshot's name; of
 *     {@code volume-delete} the tenant, the volume's uid and the provisioner's name
 * @param data input of an {@code invoke}, in base64; else null
 * @param update what an {@code update} is to fetch; else null
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
        @Nullable String data,
        @Nullable Update update) {
    public Command {
        command = command == null ? List.of() : List.copyOf(command);
    }

    /** One without data and update. */
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
        this(type, epoch, uid, container, command, tailLines, follow, previous, timeoutSeconds, null, null);
    }

    /**
     * Another version of the agent.
     *
     * @param id of this attempt: births say by it what became of it, and one that has been made is not made again
     * @param version as the archive's file {@code VERSION} has it
     * @param url of the archive: {@code https:}, {@code file:}, or {@code http:} on a loopback address
     * @param sha256 of the archive, 64 hexadecimal digits
     */
    public record Update(String id, String version, String url, String sha256) {}
}
