package org.kochab.api.link;

import org.jspecify.annotations.Nullable;

/**
 * {@code up/heartbeat}.
 *
 * @param reportedDigest SHA-256, as {@link Digests#of(byte[])} gives it, of lines {@code uid token phase} and a line feed each, sorted, of all pods the node has;
 *     if it differs from what the manager has, it asks for a full report. Null if the node does not compute it
 */
public record Heartbeat(long birth, long sequence, @Nullable String reportedDigest) {}
