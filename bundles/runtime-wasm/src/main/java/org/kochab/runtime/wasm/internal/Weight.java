package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import org.kochab.spi.runtime.RuntimeFailure;

/**
 * What a module takes of this process's heap, beside its linear memory. The factors were measured with modules made to be heavy; what a
 * compiler makes takes about a fifth of {@link #loading}.
 */
final class Weight {
    /** Before it is parsed nobody knows how many instructions and entries a section has: each byte may be one. */
    private static final long UNPARSED = 128;

    private static final long DATA = 3;
    private static final long CUSTOM = 24;
    private static final long LOCAL = 8;
    private static final long FUNCTION = 1024;
    private static final long INSTRUCTION = 64;

    private static final int CUSTOM_SECTION = 0;
    private static final int CODE_SECTION = 10;
    private static final int DATA_SECTION = 11;

    private final byte[] bytes;
    private int at = 8;

    private Weight(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The most that loading can take.
     *
     * @throws RuntimeFailure if it is no module at all
     */
    static long loading(String image, byte[] bytes) {
        if (bytes.length < 8 || bytes[0] != 0 || bytes[1] != 'a' || bytes[2] != 's' || bytes[3] != 'm') {
            throw broken(image, "it does not begin as one");
        }
        if (bytes[4] != 1 || bytes[5] != 0) {
            throw broken(image, "it is of another version; components are to be made modules first");
        }
        return new Weight(bytes).sections(image);
    }

    static RuntimeFailure broken(String image, String why) {
        return new RuntimeFailure(
                RuntimeFailure.Code.INVALID, "image " + image + " is not a WebAssembly module of version 1: " + why);
    }

    private long sections(String image) {
        long sum = bytes.length;
        try {
            while (at < bytes.length) {
                int id = bytes[at++];
                long size = number();
                if (size > bytes.length - at) {
                    throw broken(image, "section " + id + " is cut off");
                }
                int end = at + (int) size;
                long factor = id == CUSTOM_SECTION ? CUSTOM : id == DATA_SECTION ? DATA : UNPARSED;
                sum += size * factor;
                if (id == CODE_SECTION) {
                    sum += functions(end);
                }
                if (id == DATA_SECTION) {
                    sum += number() * UNPARSED;
                }
                at = end;
            }
            return sum;
        } catch (IndexOutOfBoundsException e) {
            throw broken(image, "it is cut off");
        }
    }

    /** Each becomes a method, however short; and five bytes of it can declare tens of thousands of locals. */
    private long functions(int end) {
        long functions = number();
        long sum = 0;
        for (long i = 0; i < functions && at < end; i++) {
            int next = (int) Math.min(end, number() + at);
            long groups = number();
            for (long j = 0; j < groups && at < next; j++) {
                sum += number();
                at++;
            }
            at = next;
        }
        return sum * LOCAL + functions * FUNCTION;
    }

    private long number() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IndexOutOfBoundsException();
    }

    /** What stays while it is loaded. */
    static long loaded(WasmModule module, long loading, int bytes) {
        long sum = bytes * 4L;
        for (FunctionBody body : module.codeSection().functionBodies()) {
            sum += body.instructions().size() * INSTRUCTION + body.localTypes().size() * LOCAL + INSTRUCTION;
        }
        return Math.min(loading, sum);
    }
}
