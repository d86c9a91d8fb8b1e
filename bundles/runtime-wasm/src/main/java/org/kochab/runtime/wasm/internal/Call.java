package org.kochab.runtime.wasm.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.CallResult.Reason;

/** A call of a function, from both sides: who made it and waits, and who serves it. Any thread. */
final class Call {
    final byte[] input;
    private final CompletableFuture<CallResult> result = new CompletableFuture<>();
    private @Nullable Thread thread;
    private @Nullable Reason wanted;

    Call(byte[] input) {
        this.input = input;
    }

    /** The current thread serves it from now on, and may be interrupted for it. */
    synchronized void begin() {
        thread = Thread.currentThread();
        if (wanted != null) {
            thread.interrupt();
        }
    }

    /**
     * The current thread serves it no longer: no interrupt for it comes after this.
     *
     * @return why it was to end, if somebody wanted that
     */
    synchronized @Nullable Reason over() {
        thread = null;
        Thread.interrupted();
        return wanted;
    }

    void complete(CallResult how) {
        result.complete(how);
    }

    /** @return empty if it has not ended after that time */
    Optional<CallResult> await(long nanos) throws InterruptedException {
        try {
            return Optional.of(result.get(nanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call fails by its result", e);
        }
    }

    /** Wants it to end, without waiting for that. */
    synchronized void end(Reason why) {
        if (wanted == null) {
            wanted = why;
        }
        if (thread != null) {
            thread.interrupt();
        }
    }
}
