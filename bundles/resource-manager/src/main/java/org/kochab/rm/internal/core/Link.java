package org.kochab.rm.internal.core;

import org.jspecify.annotations.Nullable;

/** The way to the nodes, as the state machine sees it. Quality of service is 1 for everything that is sent. */
public interface Link {
    /**
     * Takes a message for sending, in order. Never blocks.
     *
     * @return false if the link is down or full: nothing was taken, try again later
     */
    boolean publish(Outgoing message);

    /**
     * A message to a node.
     *
     * @param payload empty to clear a retained message; handed over, not to be changed afterwards
     * @param responseTopic where an answer is wanted
     * @param correlation comes back with the answer
     * @param expirySeconds after which the broker may drop it
     */
    record Outgoing(
            String topic,
            byte[] payload,
            boolean retained,
            @Nullable String responseTopic,
            byte @Nullable [] correlation,
            @Nullable Long expirySeconds) {
        public static Outgoing retained(String topic, byte[] payload) {
            return new Outgoing(topic, payload, true, null, null, null);
        }

        public static Outgoing once(String topic, byte[] payload) {
            return new Outgoing(topic, payload, false, null, null, null);
        }
    }
}
