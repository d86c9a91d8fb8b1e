package org.kochab.mqtt.internal.core.packet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one MQTT 5 packet. Those that a broker only passes on stay encoded: they are checked, kept in their
 * order, and never become objects.
 */
final class Properties {
    static final int PAYLOAD_FORMAT = 0x01;
    static final int MESSAGE_EXPIRY = 0x02;
    static final int CONTENT_TYPE = 0x03;
    static final int RESPONSE_TOPIC = 0x08;
    static final int CORRELATION_DATA = 0x09;
    static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    static final int SESSION_EXPIRY = 0x11;
    static final int AUTHENTICATION_METHOD = 0x15;
    static final int AUTHENTICATION_DATA = 0x16;
    static final int REQUEST_PROBLEM = 0x17;
    static final int WILL_DELAY = 0x18;
    static final int REQUEST_RESPONSE = 0x19;
    static final int REASON_STRING = 0x1F;
    static final int RECEIVE_MAXIMUM = 0x21;
    static final int ALIAS_MAXIMUM = 0x22;
    static final int ALIAS = 0x23;
    static final int USER_PROPERTY = 0x26;
    static final int MAXIMUM_PACKET_SIZE = 0x27;

    static final long PASSED_ON = set(PAYLOAD_FORMAT, CONTENT_TYPE, RESPONSE_TOPIC, CORRELATION_DATA, USER_PROPERTY);
    static final long PUBLISH = PASSED_ON | set(MESSAGE_EXPIRY, ALIAS);
    static final long WILL = PASSED_ON | set(MESSAGE_EXPIRY, WILL_DELAY);
    static final long CONNECT = set(
            SESSION_EXPIRY,
            AUTHENTICATION_METHOD,
            AUTHENTICATION_DATA,
            REQUEST_PROBLEM,
            REQUEST_RESPONSE,
            RECEIVE_MAXIMUM,
            ALIAS_MAXIMUM,
            USER_PROPERTY,
            MAXIMUM_PACKET_SIZE);
    static final long SUBSCRIBE = set(SUBSCRIPTION_IDENTIFIER, USER_PROPERTY);
    static final long UNSUBSCRIBE = set(USER_PROPERTY);
    static final long ACKNOWLEDGE = set(REASON_STRING, USER_PROPERTY);
    static final long DISCONNECT = set(SESSION_EXPIRY, REASON_STRING, USER_PROPERTY);
    static final long AUTHENTICATE = set(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY);

    private static final byte[] EMPTY = {};

    static final Properties NONE = new Properties();

    private long present;
    private long @Nullable [] numbers;
    private @Nullable String authenticationMethod;
    private byte[] passedOn = EMPTY;

    private Properties() {}

    /** @param allowed the identifiers this packet may carry, as bits */
    static Properties read(ByteBuffer in, long allowed) throws MalformedPacketException {
        int length = Fields.variable(in);
        if (length == 0) {
            return NONE;
        }
        if (length > in.remaining()) {
            throw Fields.malformed("properties are longer than their packet");
        }
        ByteBuffer block = in.slice(in.position(), length);
        in.position(in.position() + length);
        Properties properties = new Properties();
        properties.readAll(block, allowed);
        return properties;
    }

    long number(int id, long absent) {
        return (present & 1L << id) == 0 || numbers == null ? absent : numbers[id];
    }

    @Nullable
    String authenticationMethod() {
        return authenticationMethod;
    }

    byte[] passedOn() {
        return passedOn;
    }

    private void readAll(ByteBuffer in, long allowed) throws MalformedPacketException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(in.remaining());
        while (in.hasRemaining()) {
            int start = in.position();
            int id = Fields.variable(in);
            if (id > 0x3F || (allowed & 1L << id) == 0) {
                throw Fields.protocolError("property " + id + " does not belong in this packet");
            }
            if ((present & 1L << id) != 0 && id != USER_PROPERTY) {
                throw Fields.protocolError("property " + id + " is given twice");
            }
            present |= 1L << id;
            readOne(in, id);
            if ((PASSED_ON & 1L << id) != 0) {
                byte[] raw = new byte[in.position() - start];
                in.get(start, raw);
                kept.write(raw, 0, raw.length);
            }
        }
        if (kept.size() > 0) {
            passedOn = kept.toByteArray();
        }
    }

    private void readOne(ByteBuffer in, int id) throws MalformedPacketException {
        switch (id) {
            case PAYLOAD_FORMAT, REQUEST_PROBLEM, REQUEST_RESPONSE -> keep(id, flag(in, id));
            case RECEIVE_MAXIMUM -> keep(id, positive(Fields.uint16(in), id));
            case ALIAS_MAXIMUM -> keep(id, Fields.uint16(in));
            case ALIAS -> keep(id, alias(in));
            case MESSAGE_EXPIRY, SESSION_EXPIRY, WILL_DELAY -> keep(id, Fields.uint32(in));
            case MAXIMUM_PACKET_SIZE -> keep(id, positive(Fields.uint32(in), id));
            case SUBSCRIPTION_IDENTIFIER -> keep(id, positive(Fields.variable(in), id));
            case CONTENT_TYPE, REASON_STRING -> Fields.string(in);
            case AUTHENTICATION_METHOD -> authenticationMethod = Fields.string(in);
            case RESPONSE_TOPIC -> {
                String topic = Fields.string(in);
                if (topic.isEmpty() || topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0) {
                    throw Fields.protocolError("response topic '" + topic + "' is no topic name");
                }
            }
            case CORRELATION_DATA, AUTHENTICATION_DATA -> Fields.binary(in);
            case USER_PROPERTY -> {
                Fields.string(in);
                Fields.string(in);
            }
            default -> throw Fields.malformed("unknown property " + id);
        }
    }

    private void keep(int id, long value) {
        if (numbers == null) {
            numbers = new long[MAXIMUM_PACKET_SIZE + 1];
        }
        numbers[id] = value;
    }

    private static long flag(ByteBuffer in, int id) throws MalformedPacketException {
        int value = Fields.uint8(in);
        if (value > 1) {
            throw Fields.protocolError("property " + id + " is neither 0 nor 1");
        }
        return value;
    }

    private static long positive(long value, int id) throws MalformedPacketException {
        if (value == 0) {
            throw Fields.protocolError("property " + id + " is 0");
        }
        return value;
    }

    private static long alias(ByteBuffer in) throws MalformedPacketException {
        int value = Fields.uint16(in);
        if (value == 0) {
            throw new MalformedPacketException(Reason.TOPIC_ALIAS_INVALID, "topic alias 0");
        }
        return value;
    }

    private static long set(int... ids) {
        long bits = 0;
        for (int id : ids) {
            bits |= 1L << id;
        }
        return bits;
    }
}
