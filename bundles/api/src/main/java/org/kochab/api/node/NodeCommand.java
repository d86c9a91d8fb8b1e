package org.kochab.api.node;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Command;
import org.kochab.api.model.Node;

/** Something to do on a node, with a pod that runs there or with its agent. Bounded by {@code timeoutSeconds}; repeating it by the same correlation does it once. */
public sealed interface NodeCommand {
    /** One that is known by a correlation of its own: 1 to 64 letters, digits, '-' and '_'. */
    sealed interface Correlated extends NodeCommand {
        String correlation();
    }

    /** Null if it is for the agent itself. */
    @Nullable
    String podUid();

    /** Null if it is for the pod as a whole, or for the agent itself. */
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

    /**
     * Runs a command inside a container; no terminal.
     *
     * @param input whether it has input, given by {@link RunningCommand#input}; without, it finds its input at its end
     */
    record Exec(String podUid, String container, List<String> command, long timeoutSeconds, boolean input)
            implements NodeCommand {
        public Exec {
            command = List.copyOf(command);
        }

        /** One without input. */
        public Exec(String podUid, String container, List<String> command, long timeoutSeconds) {
            this(podUid, container, command, timeoutSeconds, false);
        }
    }

    /**
     * Connects to a port of a pod: the input is sent there, what comes from there is the output. The exit code is 0 when the pod has ended its side.
     *
     * @param port of a pod on the node's own network only one that its containers declare
     */
    record Forward(String podUid, int port, long timeoutSeconds) implements NodeCommand {
        @Override
        public @Nullable String container() {
            return null;
        }
    }

    /**
     * Does an action with what runs in the pod, once. The same again, under the same correlation, asks for its end. The exit code is one of those here, the output is
     * one sentence; a failure says that the action is not done yet, and may be asked for again.
     *
     * @param correlation 1 to 64 letters, digits, '-' and '_'; one for each action
     * @param action as {@link org.kochab.api.model.Action.Spec#action} has it
     * @param snapshotName null if the action has none
     * @param timeoutSeconds after which it is not begun any more
     */
    record Act(
            String podUid,
            String container,
            String correlation,
            String action,
            @Nullable String snapshotName,
            long timeoutSeconds)
            implements Correlated {
        public static final int DONE = 0;
        /** It was tried, and was not done. */
        public static final int FAILED = 1;
        /** It cannot be done there. */
        public static final int REFUSED = 2;
        /** It was begun, and cannot be known to be done. */
        public static final int INTERRUPTED = 3;

        public Act {
            Correlations.check(correlation);
        }
    }

    /**
     * Calls a function; its standard output comes as output, whole and only after it has ended, its exit code as the command's.
     *
     * @param input standard input of the call, in base64; at most {@link org.kochab.spi.runtime.FunctionDriver#MOST_INPUT} bytes
     */
    record Invoke(String podUid, String container, String input, long timeoutSeconds) implements NodeCommand {}

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

    /**
     * Deletes a volume and its data, if they are there. Ends with 0 when nothing of the volume is left on the node; a failure says that it is not done yet, and may be
     * asked for again.
     *
     * @param tenant whose volume it is
     * @param volume its uid
     */
    record DeleteVolume(String correlation, String tenant, String volume, String provisioner, long timeoutSeconds)
            implements Correlated {
        public DeleteVolume {
            Correlations.check(correlation);
        }

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
