package org.kochab.api.node;

import java.util.concurrent.CompletionStage;
import org.kochab.api.link.Command;
import org.osgi.annotation.versioning.ProviderType;

/** A command under way. */
@ProviderType
public interface RunningCommand {
    /** Most bytes of a part of input. */
    int MOST_INPUT = Command.Input.MOST_BYTES;

    /**
     * Completes with the exit code (0 for logs) after the last output; fails with {@link IllegalStateException} whose message says why
     * the command could not be done, for example that the node does not answer.
     */
    CompletionStage<Integer> exit();

    /**
     * Gives the next part of the input to a command that has input. Never blocks: a command that does not read holds up its input and nothing else.
     *
     * @param part at most {@link #MOST_INPUT} bytes; handed over
     * @param last whether the input ends with it
     * @return completes when the next part may be given, not before; fails with {@link IllegalStateException} if the command has ended, or takes no input or no more
     */
    CompletionStage<Void> input(byte[] part, boolean last);

    /** Asks the node to stop; {@link #exit} completes soon after. */
    void cancel();
}
