package org.kochab.mqtt.internal.core.packet;

/** MQTT 5 reason codes that this broker sends. */
public enum Reason {
    SUCCESS(0x00),
    NO_MATCHING_SUBSCRIBERS(0x10),
    NO_SUBSCRIPTION_EXISTED(0x11),
    UNSPECIFIED_ERROR(0x80),
    MALFORMED_PACKET(0x81),
    PROTOCOL_ERROR(0x82),
    UNSUPPORTED_PROTOCOL_VERSION(0x84),
    CLIENT_ID_NOT_VALID(0x85),
    BAD_CREDENTIALS(0x86),
    NOT_AUTHORISED(0x87),
    SERVER_UNAVAILABLE(0x88),
    BANNED(0x8A),
    SERVER_SHUTTING_DOWN(0x8B),
    BAD_AUTHENTICATION_METHOD(0x8C),
    KEEP_ALIVE_TIMEOUT(0x8D),
    SESSION_TAKEN_OVER(0x8E),
    TOPIC_FILTER_INVALID(0x8F),
    TOPIC_NAME_INVALID(0x90),
    PACKET_ID_NOT_FOUND(0x92),
    RECEIVE_MAXIMUM_EXCEEDED(0x93),
    TOPIC_ALIAS_INVALID(0x94),
    PACKET_TOO_LARGE(0x95),
    QUOTA_EXCEEDED(0x97),
    ADMINISTRATIVE_ACTION(0x98);

    /** As on the wire, 0 to 255. */
    public final int code;

    Reason(int code) {
        this.code = code;
    }

    public boolean failed() {
        return code >= 0x80;
    }

    /** The return code of a 3.1.1 CONNACK that comes nearest. */
    public int connectReturnCode() {
        return switch (this) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_ID_NOT_VALID -> 2;
            case BAD_CREDENTIALS -> 4;
            case NOT_AUTHORISED, BANNED, BAD_AUTHENTICATION_METHOD -> 5;
            default -> 3;
        };
    }
}
