package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;
import org.kochab.api.node.RunningCommand;

/** A connection that has become channels, as Kubernetes' remote commands have them. Any thread; none of the methods blocks. */
public interface Channels extends Exchange.Ongoing {
    /** In the order of their numbers. */
    enum Channel {
        STDIN,
        STDOUT,
        STDERR,
        ERROR,
        RESIZE
    }

    /** Sends a part on a channel that was wanted, in order; it is kept in memory until the client has read what was before. */
    void send(Channel to, byte[] part);

    /**
     * Gives what comes on STDIN, all of it from its beginning, in parts of at most {@link RunningCommand#MOST_INPUT} bytes, each when the one before was taken. While
     * more than a few parts wait, the client is not read.
     */
    void input(Input to);

    /** Takes the client's input. */
    interface Input {
        /**
         * Must not block.
         *
         * @param last whether the client has ended its input with it
         * @return completes when it takes the next; fails if it takes no more
         */
        CompletionStage<Void> take(byte[] part, boolean last);
    }

    /** Bytes that were sent and that the client has not read yet. */
    long waiting();

    /** Says by a {@code Status} on the error channel how it ended, and ends all channels. What is sent afterwards is left out. */
    void end(JsonNode status);
}
