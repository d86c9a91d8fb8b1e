package org.kochab.api.link;

import org.jspecify.annotations.Nullable;

/**
 * {@code up/heartbeat}.
 *
 * @param reportedDigest SHA-256, as {@link Digests#of(byte[])} gives it, of lines {@code uid token phase} and a line feed each, sorted, of all pods the node has;
 *     if it differs from what the manager has, it asks for a full report. Null if the node does not compute it
 * @param epoch of the desired state the node works on, 0 if it has heard none; null if it does not say
 * @param generation of that state within the epoch; if the manager has told it a later one before its last heartbeat, that got lost and is told again
 */
public record Heartbeat(
        long birth, long sequence, @Nullable String reportedDigest, @Nullable Long epoch, @Nullable Long generation) {
    /** Of a node that does not say what it works on. */
    public Heartbeat(long birth, long sequence, @Nullable String reportedDigest) {
        this(birth, sequence, reportedDigest, null, null);
    }
}
