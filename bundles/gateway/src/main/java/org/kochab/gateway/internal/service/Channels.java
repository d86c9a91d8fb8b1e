package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;

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

    /** Bytes that were sent and that the client has not read yet. */
    long waiting();

    /** Says by a {@code Status} on the error channel how it ended, and ends all channels. What is sent afterwards is left out. */
    void end(JsonNode status);
}
