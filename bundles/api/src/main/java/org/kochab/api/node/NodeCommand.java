package org.kochab.api.node;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Command;
import org.kochab.api.model.Node;

/** Something to do on a node, with a pod that runs there or with its agent. Bounded by {@code timeoutSeconds}; repeating it by the same correlation does it once. */
public sealed interface NodeCommand {
    /** Null if it is for the agent itself. */
    @Nullable
    String podUid();

    /** Null if it is for the agent itself. */
    @Nullable
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
     * Has the agent fetch another version of itself, and try it. Ends, with 0, when the node has it and is about to start it; what becomes of that its
     * next births say ({@link Node.AgentUpdate}).
     */
    record Update(Command.Update update, long timeoutSeconds) implements NodeCommand {
        @Override
        public @Nullable String podUid() {
            return null;
        }

        @Override
        public @Nullable String container() {
            return null;
        }
    }
}
