package org.kochab.api.node;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something to do on a node with a pod that runs there. Bounded by {@code timeoutSeconds}; repeating it by the same correlation does it once. */
public sealed interface NodeCommand {
    String podUid();

    String container();

    long timeoutSeconds();

    /**
     * Reads a container's log.
     *
     * @param tailLines how many of the last lines; null for all that is kept
     * @param follow whether to go on until the caller cancels or the time is over
     * @param previous whether the log of the run before the last restart is meant
     */
    record Logs(
            String podUid,
            String container,
            @Nullable Integer tailLines,
            boolean follow,
            boolean previous,
            long timeoutSeconds)
            implements NodeCommand {}

    /** Runs a command inside a container; no terminal, no input. */
    record Exec(String podUid, String container, List<String> command, long timeoutSeconds) implements NodeCommand {
        public Exec {
            command = List.copyOf(command);
        }
    }

    /**
     * Calls a function; its standard output comes as output, whole and only after it has ended, its exit code as the command's.
     *
     * @param input standard input of the call, in base64; at most {@link org.kochab.spi.runtime.FunctionDriver#MOST_INPUT} bytes
     */
    record Invoke(String podUid, String container, String input, long timeoutSeconds) implements NodeCommand {}
}
