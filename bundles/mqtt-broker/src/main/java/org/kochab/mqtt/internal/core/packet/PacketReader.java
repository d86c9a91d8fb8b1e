package org.kochab.mqtt.internal.core.packet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Turns the bytes of one packet into a value, or says why they are none. */
public final class PacketReader {
    public static final int CONNECT = 1;

    private static final int PUBLISH = 3;
    private static final byte[] EMPTY = {};

    /** Filters in one packet; the packet's size alone would allow eighty thousand. */
    private static final int MOST_FILTERS = 1_024;

    private PacketReader() {}

    /** Whether a first byte can begin a packet from a client: type and flags belong together. */
    public static boolean validHeader(int header) {
        int flags = header & 0x0F;
        return switch (header >> 4) {
            case PUBLISH -> (flags & 0x06) != 0x06 && ((flags & 0x06) != 0 || (flags & 0x08) == 0);
            case 6, 8, 10 -> flags == 0x02;
            case CONNECT, 4, 5, 7, 12, 14, 15 -> flags == 0;
            default -> false;
        };
    }

    /**
     * @param header the first byte
     * @param body everything after the remaining length, and nothing else
     * @param version of the connection; does not matter for CONNECT
     */
    public static Inbound read(int header, ByteBuffer body, int version) throws MalformedPacketException {
        if (!validHeader(header)) {
            throw Fields.malformed("no client sends a packet that begins with " + header);
        }
        Inbound packet =
                switch (header >> 4) {
                    case CONNECT -> connect(body);
                    case PUBLISH -> publish(header, body, version);
                    case 4 -> acknowledge(Acknowledgement.PUBACK, body, version);
                    case 5 -> acknowledge(Acknowledgement.PUBREC, body, version);
                    case 6 -> acknowledge(Acknowledgement.PUBREL, body, version);
                    case 7 -> acknowledge(Acknowledgement.PUBCOMP, body, version);
                    case 8 -> subscribe(body, version);
                    case 10 -> unsubscribe(body, version);
                    case 12 -> new Inbound.Ping();
                    case 14 -> disconnect(body, version);
                    default -> authenticate(body, version);
                };
        if (body.hasRemaining()) {
            throw Fields.malformed("bytes after the end of the packet");
        }
        return packet;
    }

    private static Inbound.Connect connect(ByteBuffer in) throws MalformedPacketException {
        String protocol = Fields.string(in);
        int version = Fields.uint8(in);
        if (!protocol.equals("MQTT") || version != 4 && version != 5) {
            throw new MalformedPacketException(
                    Reason.UNSUPPORTED_PROTOCOL_VERSION, "protocol is neither MQTT 3.1.1 nor MQTT 5");
        }
        int flags = Fields.uint8(in);
        boolean hasWill = (flags & 0x04) != 0;
        int willQos = flags >> 3 & 3;
        boolean hasUserName = (flags & 0x80) != 0;
        boolean hasPassword = (flags & 0x40) != 0;
        if ((flags & 0x01) != 0 || willQos == 3 || !hasWill && (flags & 0x38) != 0) {
            throw Fields.malformed("connect flags " + flags + " are not valid");
        }
        if (version == 4 && hasPassword && !hasUserName) {
            throw Fields.malformed("password without user name");
        }
        int keepAlive = Fields.uint16(in);
        Properties properties = version == 5 ? Properties.read(in, Properties.CONNECT) : Properties.NONE;
        String clientId = Fields.string(in);
        Inbound.Will will = hasWill ? will(in, version, willQos, (flags & 0x20) != 0) : null;
        String userName = hasUserName ? Fields.string(in) : null;
        byte[] password = hasPassword ? Fields.binary(in) : EMPTY;
        return new Inbound.Connect(
                version,
                clientId,
                (flags & 0x02) != 0,
                keepAlive,
                will,
                userName,
                password,
                properties.number(Properties.SESSION_EXPIRY, Inbound.ABSENT),
                (int) properties.number(Properties.RECEIVE_MAXIMUM, 65_535),
                properties.number(Properties.MAXIMUM_PACKET_SIZE, 0xFFFF_FFFFL),
                properties.authenticationMethod());
    }

    private static Inbound.Will will(ByteBuffer in, int version, int qos, boolean retain)
            throws MalformedPacketException {
        Properties properties = version == 5 ? Properties.read(in, Properties.WILL) : Properties.NONE;
        String topic = Fields.string(in);
        byte[] payload = Fields.binary(in);
        return new Inbound.Will(
                topic,
                payload,
                qos,
                retain,
                properties.passedOn(),
                properties.number(Properties.MESSAGE_EXPIRY, Inbound.ABSENT),
                properties.number(Properties.WILL_DELAY, 0));
    }

    private static Inbound.Publish publish(int header, ByteBuffer in, int version) throws MalformedPacketException {
        int qos = header >> 1 & 3;
        String topic = Fields.string(in);
        int packetId = qos > 0 ? Fields.packetId(in) : 0;
        Properties properties = version == 5 ? Properties.read(in, Properties.PUBLISH) : Properties.NONE;
        int alias = (int) properties.number(Properties.ALIAS, 0);
        if (topic.isEmpty() && alias == 0) {
            throw Fields.protocolError("neither topic nor topic alias");
        }
        byte[] payload = Fields.bytes(in, in.remaining());
        return new Inbound.Publish(
                packetId,
                qos,
                (header & 1) != 0,
                topic,
                alias,
                payload,
                properties.passedOn(),
                properties.number(Properties.MESSAGE_EXPIRY, Inbound.ABSENT));
    }

    private static Inbound.Acknowledge acknowledge(Acknowledgement kind, ByteBuffer in, int version)
            throws MalformedPacketException {
        int packetId = Fields.packetId(in);
        int code = 0;
        if (version == 5 && in.hasRemaining()) {
            code = Fields.uint8(in);
            optionalProperties(in, Properties.ACKNOWLEDGE);
        }
        return new Inbound.Acknowledge(kind, packetId, code);
    }

    private static Inbound.Subscribe subscribe(ByteBuffer in, int version) throws MalformedPacketException {
        int packetId = Fields.packetId(in);
        Properties properties = version == 5 ? Properties.read(in, Properties.SUBSCRIBE) : Properties.NONE;
        List<Inbound.Request> requests = new ArrayList<>();
        while (in.hasRemaining()) {
            String filter = Fields.string(in);
            int options = Fields.uint8(in);
            int qos = options & 3;
            int retainHandling = options >> 4 & 3;
            if (qos == 3 || retainHandling == 3 || (options & (version == 5 ? 0xC0 : 0xFC)) != 0) {
                throw Fields.malformed("subscription options " + options + " are not valid");
            }
            requireRoom(requests);
            requests.add(
                    new Inbound.Request(filter, qos, (options & 0x04) != 0, (options & 0x08) != 0, retainHandling));
        }
        if (requests.isEmpty()) {
            throw Fields.protocolError("SUBSCRIBE without a topic filter");
        }
        return new Inbound.Subscribe(
                packetId, (int) properties.number(Properties.SUBSCRIPTION_IDENTIFIER, 0), requests);
    }

    private static Inbound.Unsubscribe unsubscribe(ByteBuffer in, int version) throws MalformedPacketException {
        int packetId = Fields.packetId(in);
        if (version == 5) {
            Properties.read(in, Properties.UNSUBSCRIBE);
        }
        List<String> filters = new ArrayList<>();
        while (in.hasRemaining()) {
            requireRoom(filters);
            filters.add(Fields.string(in));
        }
        if (filters.isEmpty()) {
            throw Fields.protocolError("UNSUBSCRIBE without a topic filter");
        }
        return new Inbound.Unsubscribe(packetId, filters);
    }

    private static Inbound.Disconnect disconnect(ByteBuffer in, int version) throws MalformedPacketException {
        if (version != 5 || !in.hasRemaining()) {
            return new Inbound.Disconnect(0, Inbound.ABSENT);
        }
        int code = Fields.uint8(in);
        Properties properties = optionalProperties(in, Properties.DISCONNECT);
        return new Inbound.Disconnect(code, properties.number(Properties.SESSION_EXPIRY, Inbound.ABSENT));
    }

    private static Inbound.Authenticate authenticate(ByteBuffer in, int version) throws MalformedPacketException {
        if (version != 5) {
            throw Fields.protocolError("AUTH before MQTT 5");
        }
        if (in.hasRemaining()) {
            Fields.uint8(in);
            optionalProperties(in, Properties.AUTHENTICATE);
        }
        return new Inbound.Authenticate();
    }

    private static void requireRoom(List<?> filters) throws MalformedPacketException {
        if (filters.size() == MOST_FILTERS) {
            throw new MalformedPacketException(
                    Reason.QUOTA_EXCEEDED, "more than " + MOST_FILTERS + " topic filters in one packet");
        }
    }

    private static Properties optionalProperties(ByteBuffer in, long allowed) throws MalformedPacketException {
        return in.hasRemaining() ? Properties.read(in, allowed) : Properties.NONE;
    }
}
