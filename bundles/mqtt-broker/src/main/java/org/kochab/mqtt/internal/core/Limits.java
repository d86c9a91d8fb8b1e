package org.kochab.mqtt.internal.core;

import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * Everything a client could make the broker hold or do, bounded. Bytes are memory charged, not bytes on the wire.
 *
 * @param connections open at the same time
 * @param pendingConnects open but not let in yet
 * @param connectsPerSecond accepted; more wait in the listen backlog
 * @param connectTimeoutMillis from accept to CONNACK
 * @param packetBytes the largest packet from a client, after its CONNECT
 * @param connectPacketBytes the largest CONNECT
 * @param partialBytes of all packets that have begun to arrive and are not complete
 * @param clientIdLength characters
 * @param topicLength characters of a topic name or filter
 * @param topicLevels of a topic name or filter
 * @param aliases a connection may define
 * @param inflight QoS 1 and 2 messages unacknowledged, each way, for one client
 * @param sessions connected or waiting for their client
 * @param sessionExpirySeconds the longest a session waits for its client
 * @param keepAliveSeconds the longest keep-alive an MQTT 5 client gets
 * @param subscriptions of one client
 * @param subscriptionBytes of all clients
 * @param queuedMessages waiting for one client
 * @param queuedBytes waiting for one client
 * @param allQueuedBytes waiting for all clients, and wills
 * @param trustedFactor how many times larger a trusted client's queue is: it receives what a fleet sends
 * @param retainedMessages kept
 * @param retainedBytes kept
 */
public record Limits(
        int connections,
        int pendingConnects,
        int connectsPerSecond,
        int connectTimeoutMillis,
        int packetBytes,
        int connectPacketBytes,
        long partialBytes,
        int clientIdLength,
        int topicLength,
        int topicLevels,
        int aliases,
        int inflight,
        int sessions,
        int sessionExpirySeconds,
        int keepAliveSeconds,
        int subscriptions,
        long subscriptionBytes,
        int queuedMessages,
        int queuedBytes,
        long allQueuedBytes,
        int trustedFactor,
        int retainedMessages,
        long retainedBytes) {
    private static final long MEGABYTE = 1 << 20;

    public Limits {
        require("connections", connections);
        require("pendingConnects", pendingConnects);
        require("connectsPerSecond", connectsPerSecond);
        require("connectTimeoutMillis", connectTimeoutMillis);
        require("packetBytes", packetBytes);
        require("connectPacketBytes", connectPacketBytes);
        require("partialBytes", partialBytes);
        require("clientIdLength", clientIdLength);
        require("topicLength", topicLength);
        require("topicLevels", topicLevels);
        require("inflight", inflight);
        require("sessions", sessions);
        require("keepAliveSeconds", keepAliveSeconds);
        require("subscriptions", subscriptions);
        require("subscriptionBytes", subscriptionBytes);
        require("queuedMessages", queuedMessages);
        require("queuedBytes", queuedBytes);
        require("allQueuedBytes", allQueuedBytes);
        require("trustedFactor", trustedFactor);
        require("retainedMessages", retainedMessages);
        require("retainedBytes", retainedBytes);
        if (inflight > 65_535 || keepAliveSeconds > 65_535) {
            throw new IllegalArgumentException("inflight and keepAliveSeconds must not exceed 65535");
        }
    }

    public static Limits defaults() {
        return new Limits(
                20_000,
                2_000,
                2_000,
                10_000,
                262_144,
                32_768,
                32 * MEGABYTE,
                400,
                1_024,
                32,
                8,
                64,
                50_000,
                86_400,
                3_600,
                128,
                64 * MEGABYTE,
                1_000,
                1 << 20,
                64 * MEGABYTE,
                16,
                250_000,
                128 * MEGABYTE);
    }

    /** These, but for who is let in. */
    public Limits admitting(int open, int pending, int perSecond, int timeoutMillis) {
        return new Limits(
                open,
                pending,
                perSecond,
                timeoutMillis,
                packetBytes,
                connectPacketBytes,
                partialBytes,
                clientIdLength,
                topicLength,
                topicLevels,
                aliases,
                inflight,
                sessions,
                sessionExpirySeconds,
                keepAliveSeconds,
                subscriptions,
                subscriptionBytes,
                queuedMessages,
                queuedBytes,
                allQueuedBytes,
                trustedFactor,
                retainedMessages,
                retainedBytes);
    }

    int queuedMessages(MqttPrincipal owner) {
        return owner instanceof MqttPrincipal.Trusted ? queuedMessages * trustedFactor : queuedMessages;
    }

    long queuedBytes(MqttPrincipal owner) {
        return owner instanceof MqttPrincipal.Trusted ? (long) queuedBytes * trustedFactor : queuedBytes;
    }

    private static void require(String field, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("limit " + field + " is " + value + ": it must be at least 1");
        }
    }
}
