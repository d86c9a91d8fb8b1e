package org.kochab.rm.internal.core;

/**
 * How a resource manager behaves.
 *
 * @param notReadyMillis a node that was silent for so long is not ready
 * @param lostMillis a node that was silent for so long is lost
 * @param heartbeatSeconds how often nodes are asked to send a heartbeat
 */
public record Settings(long notReadyMillis, long lostMillis, int heartbeatSeconds) {
    public static final Settings DEFAULT = new Settings(15_000, 40_000, 5);

    public Settings {
        if (heartbeatSeconds < 1) {
            throw new IllegalArgumentException("heartbeat.seconds is " + heartbeatSeconds + ": use 1 or more");
        }
        if (notReadyMillis < 2_000L * heartbeatSeconds) {
            throw new IllegalArgumentException("lease.notready.seconds is " + notReadyMillis / 1000.0
                    + ": use at least twice heartbeat.seconds (" + heartbeatSeconds + ")");
        }
        if (lostMillis < notReadyMillis) {
            throw new IllegalArgumentException("lease.lost.seconds is " + lostMillis / 1000.0
                    + ": use at least lease.notready.seconds (" + notReadyMillis / 1000.0 + ")");
        }
    }
}
