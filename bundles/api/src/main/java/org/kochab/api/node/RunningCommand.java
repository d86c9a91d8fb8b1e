package org.kochab.api.node;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** A command under way. */
@ProviderType
public interface RunningCommand {
    /**
     * Completes with the exit code (0 for logs) after the last output; fails with {@link IllegalStateException} whose message says why
     * the command could not be done, for example that the node does not answer.
     */
    CompletionStage<Integer> exit();

    /** Asks the node to stop; {@link #exit} completes soon after. */
    void cancel();
}
