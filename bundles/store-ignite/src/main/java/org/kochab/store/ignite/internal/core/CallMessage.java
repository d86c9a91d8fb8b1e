package org.kochab.store.ignite.internal.core;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.kochab.spi.cluster.MemberCallException.Reason;

/**
 * A message between members: format (1), kind (1), number of the call (8), reason (1), length of the text (2), text, payload.
 *
 * @param id the asker's number; an answer bears that of its request
 * @param reason of a failure; {@link Reason#FAILED} otherwise
 * @param text a request's service, a failure's message
 */
public record CallMessage(Kind kind, long id, Reason reason, String text, byte[] payload) {
    private static final byte FORMAT = 1;
    private static final int HEADER = 1 + 1 + 8 + 1 + 2;
    private static final int MOST_TEXT = 1_000;

    /** What it is. */
    public enum Kind {
        REQUEST,
        ANSWER,
        FAILURE
    }

    public static byte[] request(long id, String service, byte[] payload) {
        return encode(Kind.REQUEST, id, Reason.FAILED, service, payload);
    }

    public static byte[] answer(long id, byte[] payload) {
        return encode(Kind.ANSWER, id, Reason.FAILED, "", payload);
    }

    public static byte[] failure(long id, Reason reason, String why) {
        return encode(Kind.FAILURE, id, reason, why, new byte[0]);
    }

    private static byte[] encode(Kind kind, long id, Reason reason, String text, byte[] payload) {
        String bounded = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text;
        byte[] words = bounded.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER + words.length + payload.length)
                .put(FORMAT)
                .put((byte) kind.ordinal())
                .putLong(id)
                .put((byte) reason.ordinal())
                .putShort((short) words.length)
                .put(words)
                .put(payload)
                .array();
    }

    /** @throws IllegalArgumentException if it is none */
    public static CallMessage decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte format = in.get();
            byte kind = in.get();
            long id = in.getLong();
            byte reason = in.get();
            short length = in.getShort();
            if (format != FORMAT
                    || kind < 0
                    || kind >= Kind.values().length
                    || reason < 0
                    || reason >= Reason.values().length
                    || length < 0) {
                throw new IllegalArgumentException("format " + format + ", kind " + kind + ", reason " + reason);
            }
            byte[] words = new byte[length];
            in.get(words);
            byte[] payload = new byte[in.remaining()];
            in.get(payload);
            return new CallMessage(
                    Kind.values()[kind],
                    id,
                    Reason.values()[reason],
                    new String(words, StandardCharsets.UTF_8),
                    payload);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it has only " + bytes.length + " bytes", e);
        }
    }
}
