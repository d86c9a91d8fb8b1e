package org.kochab.mqtt.internal.core.packet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the protocol's elementary fields; running off the end is malformed, not an exception of the buffer. */
final class Fields {
    private static final char REPLACEMENT = '\uFFFD';

    private Fields() {}

    static int uint8(ByteBuffer in) throws MalformedPacketException {
        require(in, 1);
        return in.get() & 0xFF;
    }

    static int uint16(ByteBuffer in) throws MalformedPacketException {
        require(in, 2);
        return in.getShort() & 0xFFFF;
    }

    static long uint32(ByteBuffer in) throws MalformedPacketException {
        require(in, 4);
        return in.getInt() & 0xFFFF_FFFFL;
    }

    static int packetId(ByteBuffer in) throws MalformedPacketException {
        int id = uint16(in);
        if (id == 0) {
            throw malformed("packet identifier 0");
        }
        return id;
    }

    static int variable(ByteBuffer in) throws MalformedPacketException {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int b = uint8(in);
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) {
                    throw malformed("variable byte integer is longer than it needs to be");
                }
                return value;
            }
        }
        throw malformed("variable byte integer of more than four bytes");
    }

    static byte[] binary(ByteBuffer in) throws MalformedPacketException {
        return bytes(in, uint16(in));
    }

    static byte[] bytes(ByteBuffer in, int length) throws MalformedPacketException {
        require(in, length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Strict: ill-formed UTF-8 and U+0000 are malformed. */
    static String string(ByteBuffer in) throws MalformedPacketException {
        byte[] bytes = binary(in);
        String s = new String(bytes, StandardCharsets.UTF_8);
        if (s.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(bytes, s.getBytes(StandardCharsets.UTF_8))) {
            throw malformed("string is not UTF-8");
        }
        if (s.indexOf('\0') >= 0) {
            throw malformed("string contains U+0000");
        }
        return s;
    }

    static MalformedPacketException malformed(String what) {
        return new MalformedPacketException(Reason.MALFORMED_PACKET, what);
    }

    static MalformedPacketException protocolError(String what) {
        return new MalformedPacketException(Reason.PROTOCOL_ERROR, what);
    }

    private static void require(ByteBuffer in, int bytes) throws MalformedPacketException {
        if (in.remaining() < bytes) {
            throw malformed("packet ends within a field");
        }
    }
}
