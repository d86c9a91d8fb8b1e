package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Command;

/** Input of a command, from the link to its driver, which reads it on a thread of its own. Holds no more than the window. */
final class CommandInput extends InputStream {
    private final LongConsumer taken;
    private final Deque<byte[]> parts = new ArrayDeque<>();
    private int at;
    private long received;
    private long read;
    private long told;
    private boolean ended;
    private boolean closed;

    /** @param taken is told, on the thread that reads, how much has been read; the end counts as one byte */
    CommandInput(LongConsumer taken) {
        this.taken = taken;
    }

    /**
     * Takes a part, unless it came before, or one before it is missing: both come again. Never blocks.
     *
     * @return what is wrong with it; null if nothing is
     */
    synchronized @Nullable String add(Command.Input part) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(part.data() == null ? "" : part.data());
        } catch (IllegalArgumentException e) {
            return "a part of the input is not base64";
        }
        if (part.offset() != received || ended) {
            return null;
        }
        if (received + bytes.length - read > Command.Input.WINDOW) {
            return "there is more input than the command was ready for";
        }
        if (bytes.length > 0) {
            parts.add(bytes);
            received += bytes.length;
        }
        ended = part.last();
        notifyAll();
        return null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count;
        boolean tell;
        long now;
        synchronized (this) {
            await();
            byte[] part = parts.peek();
            if (part == null) {
                count = -1;
                read = received + 1;
            } else {
                count = Math.min(length, part.length - at);
                System.arraycopy(part, at, into, offset, count);
                at += count;
                read += count;
                if (at == part.length) {
                    parts.remove();
                    at = 0;
                }
            }
            now = read;
            tell = now > told && (parts.isEmpty() || now - told >= Command.Input.WINDOW / 4);
            told = tell ? now : told;
        }
        if (tell) {
            taken.accept(now);
        }
        return count;
    }

    private void await() throws IOException {
        try {
            while (parts.isEmpty() && !ended && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
        if (closed) {
            throw new IOException("the command has ended");
        }
    }

    /** The command has ended: whoever reads fails. */
    @Override
    public synchronized void close() {
        closed = true;
        parts.clear();
        notifyAll();
    }
}
