package org.kochab.mqtt.internal.core.packet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A packet from a client, already known to be well-formed. */
public sealed interface Inbound {
    /** Value of an interval that the packet does not carry. */
    long ABSENT = -1;

    /**
     * @param version 4 for 3.1.1, 5 for 5
     * @param keepAlive seconds, 0 for none
     * @param sessionExpiry seconds or {@link #ABSENT}
     * @param receiveMaximum QoS 1 and 2 messages the client takes before it acknowledges
     * @param maximumPacketSize the largest packet the client takes, in bytes
     */
    record Connect(
            int version,
            String clientId,
            boolean cleanStart,
            int keepAlive,
            @Nullable Will will,
            @Nullable String userName,
            byte[] password,
            long sessionExpiry,
            int receiveMaximum,
            long maximumPacketSize,
            @Nullable String authenticationMethod)
            implements Inbound {}

    /**
     * A message to be published when the client is lost.
     *
     * @param expiry seconds or {@link #ABSENT}
     * @param delay seconds
     */
    record Will(String topic, byte[] payload, int qos, boolean retain, byte[] properties, long expiry, long delay) {}

    /**
     * @param packetId 0 at QoS 0
     * @param topic empty when only an alias is given
     * @param alias 0 for none
     * @param expiry seconds or {@link #ABSENT}
     */
    record Publish(
            int packetId,
            int qos,
            boolean retain,
            String topic,
            int alias,
            byte[] payload,
            byte[] properties,
            long expiry)
            implements Inbound {}

    /** @param code the reason code, 0 to 255 */
    record Acknowledge(Acknowledgement kind, int packetId, int code) implements Inbound {}

    /** @param identifier the subscription identifier, 0 for none */
    record Subscribe(int packetId, int identifier, List<Request> requests) implements Inbound {}

    /**
     * @param filter as sent, not checked
     * @param retainHandling 0 send retained messages, 1 only for a new subscription, 2 never
     */
    record Request(String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}

    record Unsubscribe(int packetId, List<String> filters) implements Inbound {}

    record Ping() implements Inbound {}

    /** @param sessionExpiry seconds or {@link #ABSENT} */
    record Disconnect(int code, long sessionExpiry) implements Inbound {}

    /** Extended authentication, which this broker does not offer. */
    record Authenticate() implements Inbound {}
}
