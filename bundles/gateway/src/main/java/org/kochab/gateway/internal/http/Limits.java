package org.kochab.gateway.internal.http;

/**
 * What clients may use up.
 *
 * @param connections open at the same time, half of them one tenant's
 * @param bodyBytes of a request
 * @param headerBytes of a request, its first line not counted
 * @param idleSeconds from a connection's begin or its last answer to the end of its next request
 * @param stuckSeconds that a client may leave an answer unread
 * @param workers requests about one partition that are answered at the same time, half of them one tenant's; as many again for operators
 * @param waiting requests that wait for that, half of them one tenant's
 * @param requestsPerSecond of one tenant in the long run; twice as many at once
 */
public record Limits(
        int connections,
        int bodyBytes,
        int headerBytes,
        int idleSeconds,
        int stuckSeconds,
        int workers,
        int waiting,
        int requestsPerSecond) {
    public static final Limits DEFAULT = new Limits(512, 1_500_000, 32_768, 120, 60, 8, 64, 500);
}
