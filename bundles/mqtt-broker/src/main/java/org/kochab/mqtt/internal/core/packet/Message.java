package org.kochab.mqtt.internal.core.packet;

import java.nio.charset.StandardCharsets;

/**
 * An application message, shared by all its receivers and never changed.
 *
 * @param topic a valid topic name
 * @param payload not copied: whoever hands it in gives it away
 * @param qos as published, 0 to 2
 * @param retain as published
 * @param properties the properties a broker passes on (payload format, content type, response topic, correlation data,
 *     user properties), encoded, in the publisher's order; empty for 3.1.1 publishers
 * @param expiresAt milliseconds of the broker's clock, or {@link #NEVER}
 */
public record Message(String topic, byte[] payload, int qos, boolean retain, byte[] properties, long expiresAt) {
    public static final long NEVER = Long.MAX_VALUE;

    /** Memory of the objects around topic, payload and properties. */
    private static final int OVERHEAD = 160;

    /** Memory charged for holding the message, in bytes. */
    public int charge() {
        return OVERHEAD + topic.length() + payload.length + properties.length;
    }

    public boolean expired(long now) {
        return expiresAt <= now;
    }

    /** Length of the topic as encoded on the wire, without its length prefix. */
    int topicBytes() {
        int bytes = topic.length();
        for (int i = 0; i < topic.length(); i++) {
            if (topic.charAt(i) > 0x7F) {
                return topic.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return bytes;
    }
}
