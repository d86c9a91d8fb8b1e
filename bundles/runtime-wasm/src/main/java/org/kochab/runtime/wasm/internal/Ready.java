package org.kochab.runtime.wasm.internal;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.CallResult.Exited;
import org.kochab.spi.runtime.CallResult.Failed;
import org.kochab.spi.runtime.CallResult.Reason;
import org.kochab.spi.runtime.FunctionDriver;

/** An instance of a function that waits for its one call. One thread at a time. */
final class Ready implements AutoCloseable {
    private final Input in = new Input();
    private final Output out = new Output();
    private final Guest guest;
    private final Share share;
    private @Nullable MeteredMemory memory;

    /** @param err of all calls together */
    Ready(Share share, View view, OutputStream err) {
        this.share = share;
        guest = Guest.make(share.program(), share.pages(), view, new Guest.Streams(in, out, err), limits -> {
            MeteredMemory made = new MeteredMemory(limits);
            memory = made;
            return made;
        });
    }

    /** Serves the call, or is ended by it; does not complete it. */
    CallResult serve(Call call) {
        in.bytes = call.input;
        Throwable fault = null;
        int code = 0;
        call.begin();
        try {
            code = guest.run();
        } catch (RuntimeException | Error e) {
            fault = e;
        }
        Reason wanted = call.over();
        return fault == null ? new Exited(code, out.toByteArray()) : failed(fault, wanted);
    }

    private Failed failed(Throwable fault, @Nullable Reason wanted) {
        if (wanted != null) {
            return new Failed(wanted, words(wanted));
        }
        if (fault instanceof TooLong) {
            return new Failed(
                    Reason.OUTPUT_TOO_LONG,
                    "output too long: a call may write at most " + Budget.kib(FunctionDriver.MOST_OUTPUT));
        }
        MeteredMemory used = memory;
        return used != null && used.refused() ? outOfMemory(share) : fault(fault, share);
    }

    static String words(Reason wanted) {
        return wanted == Reason.TIMED_OUT ? "timed out: it was ended" : "stopped: it was ended";
    }

    /** What a fault means that nobody asked for. */
    static Failed fault(Throwable fault, Share share) {
        return fault instanceof OutOfMemoryError
                ? outOfMemory(share)
                : new Failed(Reason.TRAPPED, "trap: " + Guest.reason(fault));
    }

    private static Failed outOfMemory(Share share) {
        return new Failed(
                Reason.OUT_OF_MEMORY,
                "out of memory: a call may have " + Budget.kib(share.memory() / share.instances())
                        + ", which is limits.memory divided by concurrency");
    }

    /** Bytes of linear memory. */
    long size() {
        return Guest.size(memory);
    }

    @Override
    public void close() {
        guest.close();
    }

    /** Empty until there is a call. */
    private static final class Input extends InputStream {
        private byte[] bytes = {};
        private int at;

        @Override
        public int read() {
            return at < bytes.length ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            int n = Math.min(length, bytes.length - at);
            if (n <= 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(bytes, at, to, offset, n);
            at += n;
            return n;
        }

        @Override
        public int available() {
            return bytes.length - at;
        }
    }

    /** Goes through the program, which could do something about an exception of input and output. */
    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLong() {
            super(null, null, false, false);
        }
    }

    private static final class Output extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            if (bytes.size() + length > FunctionDriver.MOST_OUTPUT) {
                throw new TooLong();
            }
            bytes.write(from, offset, length);
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
