package org.kochab.partition.internal.core.kernel;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings the store's answers, which come on any thread, to the stepping thread; and knows the one call that a leadership waits for. */
final class StoreCalls implements Term.Answers {
    private final NanoClock clock;
    private final Runnable wake;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    /** Number of the call that is waited for; 0 if none is. */
    private long awaited;

    private long awaitedUntil;
    private long calls;

    StoreCalls(NanoClock clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
    }

    /** Handles the answers that have come. */
    void deliver() {
        for (Runnable r = inbox.poll(); r != null; r = inbox.poll()) {
            r.run();
        }
    }

    boolean hasAnswers() {
        return !inbox.isEmpty();
    }

    boolean isAwaiting() {
        return awaited != 0;
    }

    long awaitedUntil() {
        return awaitedUntil;
    }

    boolean isOverdue(long now) {
        return awaited != 0 && now - awaitedUntil >= 0;
    }

    /** Waits for it no longer: its answer, should it come, is ignored. */
    void forget() {
        awaited = 0;
    }

    /** Asks what is then waited for. */
    <T> void ask(Supplier<CompletionStage<T>> question, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        long call = ++calls;
        awaited = call;
        awaitedUntil = clock.nanos() + Term.ANSWER_NANOS;
        take(call(question), (answer, error) -> {
            if (awaited == call) {
                awaited = 0;
                then.accept(answer, error);
            }
        });
    }

    /** A store that throws instead of answering has answered that it failed. */
    static <T> CompletionStage<T> call(Supplier<CompletionStage<T>> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public <T> void take(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        stage.whenComplete((answer, error) -> {
            inbox.add(() -> then.accept(answer, error));
            wake.run();
        });
    }
}
