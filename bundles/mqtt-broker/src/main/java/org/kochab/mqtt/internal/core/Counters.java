package org.kochab.mqtt.internal.core;

/** What happened since the broker's start. */
public final class Counters {
    private long received;
    private long delivered;
    private long dropped;
    private long refused;
    private long malformed;
    private long denied;

    void countReceived() {
        received++;
    }

    void countDelivered() {
        delivered++;
    }

    void countDropped(long messages) {
        dropped += messages;
    }

    /** A connection was turned away. */
    public void countRefused() {
        refused++;
    }

    /** A connection was closed because its client broke the protocol. */
    public void countMalformed() {
        malformed++;
    }

    /** An authenticated client asked for what it may not do. */
    void countDenied() {
        denied++;
    }

    public long received() {
        return received;
    }

    public long delivered() {
        return delivered;
    }

    public long dropped() {
        return dropped;
    }

    public long refused() {
        return refused;
    }

    public long malformed() {
        return malformed;
    }

    public long denied() {
        return denied;
    }
}
