package org.kochab.mqtt.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;

/** The way to a client. Never calls back into the core from within these methods. */
public interface Link {
    /** Whether a packet sent now leaves soon, instead of waiting for a slow peer. */
    boolean writable();

    void send(Outbound packet);

    /**
     * Takes no further packet from the client until {@code reading} is true again, or at least few.
     */
    void reading(boolean reading);

    /**
     * Closes the connection, after telling a version 5 client why.
     *
     * @param reason null to close without a word
     * @param explanation for people, or null
     */
    void close(@Nullable Reason reason, @Nullable String explanation);
}
