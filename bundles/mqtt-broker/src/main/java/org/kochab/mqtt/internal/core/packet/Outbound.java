package org.kochab.mqtt.internal.core.packet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A packet to a client. */
public sealed interface Outbound {
    /** Value of an interval that the packet shall not carry. */
    long ABSENT = -1;

    /**
     * @param assignedClientId null when the client chose its own
     * @param sessionExpiry seconds, or {@link #ABSENT} when it is what the client asked for
     * @param serverKeepAlive seconds, or {@link #ABSENT} when it is what the client asked for
     * @param explanation for people, or null
     */
    record ConnAck(
            boolean sessionPresent,
            Reason reason,
            @Nullable String assignedClientId,
            long sessionExpiry,
            long serverKeepAlive,
            int receiveMaximum,
            int maximumPacketSize,
            int aliasMaximum,
            @Nullable String explanation)
            implements Outbound {
        public static ConnAck refusal(Reason reason, @Nullable String explanation) {
            return new ConnAck(false, reason, null, ABSENT, ABSENT, 0, 0, 0, explanation);
        }
    }

    /**
     * @param packetId 0 at QoS 0
     * @param expiry seconds left, or {@link #ABSENT}
     * @param identifiers of the subscriptions that matched
     */
    record Publish(
            Message message, int packetId, int qos, boolean duplicate, boolean retain, long expiry, int[] identifiers)
            implements Outbound {
        /** Length of everything after the fixed header. */
        public int remainingLength(int version) {
            int length = 2 + message.topicBytes() + (qos > 0 ? 2 : 0) + message.payload().length;
            if (version >= 5) {
                int properties = propertiesLength();
                length += variableLength(properties) + properties;
            }
            return length;
        }

        public int propertiesLength() {
            int length = message.properties().length + (expiry == ABSENT ? 0 : 5);
            for (int identifier : identifiers) {
                length += 1 + variableLength(identifier);
            }
            return length;
        }
    }

    record Acknowledge(Acknowledgement kind, int packetId, Reason reason) implements Outbound {}

    /** @param codes one a request: the granted QoS or a reason code */
    record SubAck(int packetId, List<Integer> codes) implements Outbound {}

    record UnsubAck(int packetId, List<Reason> reasons) implements Outbound {}

    record Pong() implements Outbound {}

    /** Only for version 5 clients. @param explanation for people, or null */
    record Disconnect(Reason reason, @Nullable String explanation) implements Outbound {}

    /** Bytes of a variable byte integer. */
    static int variableLength(int value) {
        return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
    }
}
