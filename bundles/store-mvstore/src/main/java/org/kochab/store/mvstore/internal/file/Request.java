package org.kochab.store.mvstore.internal.file;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.StoreException;

/** Something to be done by the writing thread, and the answer to it. */
final class Request<T> {
    /** How a request that failed is answered. */
    private interface Failing<T> {
        void tell(CompletableFuture<T> answer, String reason, boolean maybeWritten);
    }

    private final long bytes;
    private final Function<Tables, T> step;
    private final Failing<T> failing;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    private Request(long bytes, Function<Tables, T> step, Failing<T> failing) {
        this.bytes = bytes;
        this.step = step;
        this.failing = failing;
    }

    /** @param bytes that it puts */
    static Request<CommitOutcome> commit(CommitBatch batch, long bytes) {
        return new Request<>(
                bytes,
                tables -> tables.commit(batch),
                (answer, reason, maybeWritten) -> answer.complete(
                        maybeWritten ? new CommitOutcome.Unknown(reason) : new CommitOutcome.Refused(reason)));
    }

    /** Fails with {@link StoreException}. @param what is done, for the message */
    static <T> Request<T> of(String what, Function<Tables, T> step) {
        return new Request<>(
                0,
                step,
                (answer, reason, maybeWritten) ->
                        answer.completeExceptionally(new StoreException(what + " failed: " + reason)));
    }

    /** That it adds to the file; 0 for what goes on when the disk is nearly full. */
    long bytes() {
        return bytes;
    }

    CompletableFuture<T> answer() {
        return answer;
    }

    /** Nothing is done for whoever was answered already, because it took too long. */
    void run(Tables tables) {
        if (!answer.isDone()) {
            result = step.apply(tables);
        }
    }

    /** Answers, after what was done is durable. */
    void succeed() {
        answer.complete(result);
    }

    void fail(String reason, boolean maybeWritten) {
        failing.tell(answer, reason, maybeWritten);
    }
}
