package org.kochab.testkit.simulation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.PartitionStore;

/** What a member asks of the replicated store, from the question to the answer. */
final class StoreOperation<T> {
    /** How it ended if not by its answer. */
    enum Failure {
        /** Nothing was done. */
        REFUSED,
        /** Nobody knows. */
        UNKNOWN
    }

    private final Function<PartitionStore, CompletionStage<T>> work;
    private final Predicate<T> changes;
    private final boolean needsMajority;
    private final Function<Failure, CompletionStage<T>> failed;
    final Replica asker;
    final CompletableFuture<T> answer = new CompletableFuture<>();
    final ReplicaLog.Change change;
    /** Requests may arrive twice. */
    boolean begun;

    private @Nullable T outcome;

    /** The log's index of its change while it is replicated. */
    int index;

    /**
     * @param changes whether an outcome changed the copy
     * @param needsMajority whether the asker believes an outcome only while it sees a majority
     */
    StoreOperation(
            Replica asker,
            long id,
            Function<PartitionStore, CompletionStage<T>> work,
            Predicate<T> changes,
            boolean needsMajority,
            Function<Failure, CompletionStage<T>> failed) {
        this.asker = asker;
        this.work = work;
        this.changes = changes;
        this.needsMajority = needsMajority;
        this.failed = failed;
        this.change = new ReplicaLog.Change(id, work);
    }

    boolean needsMajority() {
        return needsMajority;
    }

    /** Does it on a copy. @return whether that changed it */
    boolean run(PartitionStore content) {
        CompletableFuture<T> done = work.apply(content).toCompletableFuture();
        if (!done.isDone()) {
            throw new IllegalStateException("the store behind a simulated store must answer at once");
        }
        T result = done.join();
        outcome = result;
        return changes.test(result);
    }

    void complete() {
        answer.complete(outcome);
    }

    void fail(Failure why) {
        if (!answer.isDone()) {
            failed.apply(why).whenComplete((value, error) -> {
                if (error == null) {
                    answer.complete(value);
                } else {
                    answer.completeExceptionally(error);
                }
            });
        }
    }
}
