package org.kochab.partition.internal.core.kernel;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One question at a time, and when the next may be asked. On the stepping thread. */
final class Asking {
    private final NanoClock clock;
    private final Term.Answers answers;
    private boolean waiting;
    private long questions;
    private long due;

    Asking(NanoClock clock, Term.Answers answers) {
        this.clock = clock;
        this.answers = answers;
        this.due = clock.nanos();
    }

    /** Whether the next question may be asked. */
    boolean isDue(long now) {
        return !waiting && now - due >= 0;
    }

    long due() {
        return waiting ? Long.MAX_VALUE : due;
    }

    /** The next question is asked only then. */
    void pause(long nanos) {
        due = clock.nanos() + nanos;
    }

    <T> void ask(Supplier<CompletionStage<T>> question, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        waiting = true;
        long number = ++questions;
        answers.take(StoreCalls.call(question), (answer, error) -> {
            if (number == questions) {
                waiting = false;
                pause(0);
                then.accept(answer, error);
            }
        });
    }

    /** Nothing is asked any more, and no answer counts. */
    void end() {
        waiting = true;
        questions++;
    }
}
