package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;

/** A connection that carries others to ports of a pod. Any thread; none of the methods blocks. */
public interface Forwards extends Exchange.Ongoing {
    /** Ends all of them, and the connection itself. */
    void end(JsonNode status);

    /** Told of each connection that a client opens, on the connection's thread; must not block. */
    interface Opener {
        /** @param one its input and STDOUT are the connection's two directions */
        void open(int port, Channels one);
    }
}
