package org.kochab.plugins.internal.service;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.kochab.api.resource.ResourceException;

/** What members say to each other about plugins: a byte that says what, then JSON, or a piece of a file. */
final class Wire {
    static final String SERVICE = "plugins";

    /** Bytes of one piece of a file. */
    static final int PIECE = 4 << 20;

    /** A piece is answered within this. */
    static final Duration SOON = Duration.ofSeconds(60);

    static final byte FILE = 1;
    static final byte PUT = 2;
    static final byte KEEP = 3;
    static final byte TAKE_BACK = 4;
    static final byte REMOVE = 5;

    private static final int DIGEST = 64;

    private Wire() {}

    /** The plugin that is meant, and the order by which it came. */
    public record Subject(String plugin, Order order) {}

    /** @param reason of the {@link ResourceException}; empty if it was done */
    public record Answer(String reason, String message, Seat.Done done) {
        static Answer done(Seat.Done done) {
            return new Answer("", "", done);
        }

        static Answer failed(ResourceException e) {
            return new Answer(e.reason().name(), String.valueOf(e.getMessage()), new Seat.Done("", false));
        }
    }

    /** A piece of the file that has this digest. */
    record Piece(String sha256, long offset, ByteBuffer data) {
        byte[] bytes() {
            return ByteBuffer.allocate(1 + DIGEST + Long.BYTES + data.remaining())
                    .put(FILE)
                    .put(sha256.getBytes(StandardCharsets.US_ASCII))
                    .putLong(offset)
                    .put(data.duplicate())
                    .array();
        }

        /** @throws IllegalArgumentException if it is none */
        static Piece of(ByteBuffer body) {
            if (body.remaining() < DIGEST + Long.BYTES) {
                throw new IllegalArgumentException("a piece of a file is cut short");
            }
            byte[] digest = new byte[DIGEST];
            body.get(digest);
            String sha256 = new String(digest, StandardCharsets.US_ASCII);
            if (!sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("a piece of a file has no digest");
            }
            return new Piece(sha256, body.getLong(), body.slice());
        }
    }

    static byte[] message(byte what, byte[] json) {
        return ByteBuffer.allocate(1 + json.length).put(what).put(json).array();
    }
}
