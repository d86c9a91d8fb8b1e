package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/cmd/{correlation}}. The answer goes to {@code up/reply/{correlation}} as {@link Reply}s.
 *
 * @param type {@code logs}, {@code exec}, {@code exec-input} (as exec, with input, which follows), {@code input} (a part of the input of the command with the
 *     same correlation; no reply of its own), {@code forward} (connects to a port of the pod: its input is sent, what comes is its output), {@code action}, {@code invoke} (calls a function), {@code cancel} (ends the command with the same correlation),
 *     {@code report} (asks for a full report; no reply), {@code birth} (asks for the birth again, with the same number, and then a full report: the
 *     manager has missed it; no reply), {@code update} (fetches another version of the agent, answers, and tries it) or {@code volume-delete} (deletes a persistent
 *     volume and its data, and answers when nothing is left of it)
 * @param command of {@code exec} and {@code exec-input}; of {@code forward} the port; of {@code action} the action and, if it has one, the snapshot's name; of
 *     {@code volume-delete} the tenant, the volume's uid and the provisioner's name
 * @param data input of an {@code invoke}, in base64; else null
 * @param update what an {@code update} is to fetch; else null
 * @param input the part that an {@code input} brings; else null
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
        @Nullable Update update,
        @Nullable Input input) {
    public static final String EXEC_INPUT = "exec-input";
    public static final String FORWARD = "forward";

    public Command {
        command = command == null ? List.of() : List.copyOf(command);
    }

    /** One without input that follows it. */
    public Command(
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
        this(type, epoch, uid, container, command, tailLines, follow, previous, timeoutSeconds, data, update, null);
    }

    /** One without data, update and input. */
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

    /** An {@code input}: a part of what the command with the same correlation reads. */
    public static Command input(long epoch, long timeoutSeconds, Input part) {
        return new Command("input", epoch, null, null, List.of(), null, false, false, timeoutSeconds, null, null, part);
    }

    /**
     * A part of a command's input. A part that comes again is left out, and one that comes too early, too: it comes again.
     *
     * @param offset how many bytes of the input are before it
     * @param data in base64; at most {@link #MOST_BYTES} before that, and none of it more than {@link #WINDOW} beyond what the node said was taken
     * @param last whether the input ends with it; the end counts as one byte more
     */
    public record Input(long offset, @Nullable String data, boolean last) {
        public static final int MOST_BYTES = 16 * 1024;
        public static final int WINDOW = 64 * 1024;
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
