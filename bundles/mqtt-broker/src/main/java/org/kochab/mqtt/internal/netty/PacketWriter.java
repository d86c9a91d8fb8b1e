package org.kochab.mqtt.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;

/** Encodes what goes out. Properties that the publisher set are copied as they came. */
final class PacketWriter {
    private static final int MQTT_5 = 5;
    private static final int CONNACK = 0x20;
    private static final int PUBLISH = 0x30;
    private static final int SUBACK = 0x90;
    private static final int UNSUBACK = 0xB0;
    private static final int PINGRESP = 0xD0;
    private static final int DISCONNECT = 0xE0;

    private static final int MESSAGE_EXPIRY = 0x02;
    private static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    private static final int SESSION_EXPIRY = 0x11;
    private static final int ASSIGNED_CLIENT_ID = 0x12;
    private static final int SERVER_KEEP_ALIVE = 0x13;
    private static final int REASON_STRING = 0x1F;
    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int ALIAS_MAXIMUM = 0x22;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;

    /** Room for every fixed-size property of a CONNACK. */
    private static final int SMALL = 64;

    private final ByteBufAllocator allocator;

    PacketWriter(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** A buffer that the caller must write or release. */
    ByteBuf write(Outbound packet, int version) {
        if (packet instanceof Outbound.Publish publish) {
            return publish(publish, version);
        }
        if (packet instanceof Outbound.Acknowledge acknowledge) {
            return acknowledge(acknowledge, version);
        }
        if (packet instanceof Outbound.ConnAck connAck) {
            return connAck(connAck, version);
        }
        if (packet instanceof Outbound.SubAck subAck) {
            ByteBuf body = header(subAck.packetId(), version, subAck.codes().size());
            subAck.codes().forEach(body::writeByte);
            return frame(SUBACK, body);
        }
        if (packet instanceof Outbound.UnsubAck unsubAck) {
            ByteBuf body =
                    header(unsubAck.packetId(), version, unsubAck.reasons().size());
            if (version >= MQTT_5) {
                unsubAck.reasons().forEach(reason -> body.writeByte(reason.code));
            }
            return frame(UNSUBACK, body);
        }
        if (packet instanceof Outbound.Disconnect disconnect) {
            ByteBuf body = allocator.buffer(SMALL);
            body.writeByte(disconnect.reason().code);
            properties(body, explanation(disconnect.explanation()));
            return frame(DISCONNECT, body);
        }
        return allocator.buffer(2).writeByte(PINGRESP).writeByte(0);
    }

    private ByteBuf publish(Outbound.Publish packet, int version) {
        int length = packet.remainingLength(version);
        ByteBuf out = allocator.buffer(5 + length);
        int flags = (packet.duplicate() ? 8 : 0) | packet.qos() << 1 | (packet.retain() ? 1 : 0);
        out.writeByte(PUBLISH | flags);
        variable(out, length);
        string(out, packet.message().topic());
        if (packet.qos() > 0) {
            out.writeShort(packet.packetId());
        }
        if (version >= MQTT_5) {
            variable(out, packet.propertiesLength());
            if (packet.expiry() != Outbound.ABSENT) {
                out.writeByte(MESSAGE_EXPIRY).writeInt((int) packet.expiry());
            }
            for (int identifier : packet.identifiers()) {
                out.writeByte(SUBSCRIPTION_IDENTIFIER);
                variable(out, identifier);
            }
            out.writeBytes(packet.message().properties());
        }
        return out.writeBytes(packet.message().payload());
    }

    private ByteBuf acknowledge(Outbound.Acknowledge packet, int version) {
        boolean withReason = version >= MQTT_5 && packet.reason() != Reason.SUCCESS;
        ByteBuf out = allocator.buffer(5);
        out.writeByte(packet.kind().header).writeByte(withReason ? 3 : 2).writeShort(packet.packetId());
        return withReason ? out.writeByte(packet.reason().code) : out;
    }

    private ByteBuf connAck(Outbound.ConnAck packet, int version) {
        ByteBuf body = allocator.buffer(SMALL);
        body.writeByte(packet.sessionPresent() ? 1 : 0);
        if (version < MQTT_5) {
            return frame(CONNACK, body.writeByte(packet.reason().connectReturnCode()));
        }
        body.writeByte(packet.reason().code);
        ByteBuf properties = explanation(packet.explanation());
        if (packet.reason() == Reason.SUCCESS) {
            properties.writeByte(RECEIVE_MAXIMUM).writeShort(packet.receiveMaximum());
            properties.writeByte(MAXIMUM_PACKET_SIZE).writeInt(packet.maximumPacketSize());
            properties.writeByte(ALIAS_MAXIMUM).writeShort(packet.aliasMaximum());
            if (packet.sessionExpiry() != Outbound.ABSENT) {
                properties.writeByte(SESSION_EXPIRY).writeInt((int) packet.sessionExpiry());
            }
            if (packet.serverKeepAlive() != Outbound.ABSENT) {
                properties.writeByte(SERVER_KEEP_ALIVE).writeShort((int) packet.serverKeepAlive());
            }
            if (packet.assignedClientId() != null) {
                properties.writeByte(ASSIGNED_CLIENT_ID);
                string(properties, packet.assignedClientId());
            }
        }
        properties(body, properties);
        return frame(CONNACK, body);
    }

    private ByteBuf header(int packetId, int version, int size) {
        ByteBuf body = allocator.buffer(3 + size).writeShort(packetId);
        return version >= MQTT_5 ? body.writeByte(0) : body;
    }

    private ByteBuf explanation(@Nullable String text) {
        ByteBuf properties = allocator.buffer(SMALL);
        if (text != null) {
            properties.writeByte(REASON_STRING);
            string(properties, text);
        }
        return properties;
    }

    private static void properties(ByteBuf body, ByteBuf properties) {
        try {
            variable(body, properties.readableBytes());
            body.writeBytes(properties);
        } finally {
            properties.release();
        }
    }

    private ByteBuf frame(int header, ByteBuf body) {
        try {
            ByteBuf out = allocator.buffer(5 + body.readableBytes()).writeByte(header);
            variable(out, body.readableBytes());
            return out.writeBytes(body);
        } finally {
            body.release();
        }
    }

    private static void string(ByteBuf out, String text) {
        int start = out.writerIndex();
        out.writeShort(0);
        int length = out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.setShort(start, length);
    }

    private static void variable(ByteBuf out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
