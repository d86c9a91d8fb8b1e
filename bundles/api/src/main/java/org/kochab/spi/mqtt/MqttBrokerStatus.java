package org.kochab.spi.mqtt;

/**
 * The broker's figures, at most a second old.
 *
 * @param host the address it listens on
 * @param port the port it listens on, also when the configured one was 0
 * @param connections clients connected now
 * @param sessions sessions kept, connected or not
 * @param subscriptions subscriptions of all sessions
 * @param retainedMessages messages kept for later subscribers
 * @param retainedBytes memory charged for them
 * @param queuedMessages messages waiting for slow or absent clients
 * @param queuedBytes memory charged for them and for wills
 * @param received messages published by clients since the start
 * @param delivered messages sent to clients since the start
 * @param dropped messages that a limit or a client's absence cost since the start
 * @param refused connections turned away since the start
 * @param malformed connections closed for breaking the protocol since the start
 */
public record MqttBrokerStatus(
        String host,
        int port,
        int connections,
        int sessions,
        int subscriptions,
        int retainedMessages,
        long retainedBytes,
        long queuedMessages,
        long queuedBytes,
        long received,
        long delivered,
        long dropped,
        long refused,
        long malformed) {}
