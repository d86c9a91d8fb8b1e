package org.kochab.partition.internal.member;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.directory.Directory;

/**
 * Changes of the directory, wherever it is led: complete when the directory has them and this member knows. On a thread of its own, because they
 * wait for other members.
 */
final class DirectoryEdits implements AutoCloseable {
    private static final int MOST_WAITING = 1_000;
    private static final int IDLE_SECONDS = 10;

    private final Supplier<Optional<Partition>> directory;
    private final LongFunction<CompletableFuture<Void>> known;
    private final ExecutorService thread;

    /** @param known completes when this member has taken over a revision of the directory, or shall not be waited for any longer */
    DirectoryEdits(Supplier<Optional<Partition>> directory, LongFunction<CompletableFuture<Void>> known) {
        this.directory = directory;
        this.known = known;
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), run -> {
                    Thread t = new Thread(run, "kochab-partition-edits");
                    t.setDaemon(true);
                    return t;
                });
        one.allowCoreThreadTimeOut(true);
        this.thread = one;
    }

    CompletionStage<Void> add(PartitionSpec spec) {
        return edit((directory, done) -> directory
                .submit(Transaction.create(Directory.partitionKey(spec.id()), Directory.encode(spec)))
                .thenAccept(result -> finish(done, result, "partition '" + spec.id() + "' exists: choose another id")));
    }

    CompletionStage<Void> useScheduler(PartitionId id, String scheduler) {
        return change(id, spec -> {
            if (spec.kind() != PartitionKind.TENANT || scheduler.isBlank()) {
                throw new IllegalArgumentException("scheduler: only a tenant partition has one, and it needs a name");
            }
            return spec.withScheduler(scheduler);
        });
    }

    /** To be moved to a store, or to stay in the one that it is in. */
    CompletionStage<Void> useStore(PartitionId id, String store) {
        return change(id, spec -> {
            if (spec.stage() != Stage.ACTIVE) {
                throw new IllegalArgumentException("partition '" + id + "' is " + spec.stage()
                        + ": only one that is ACTIVE can be moved to another store");
            }
            return spec.withNextStore(spec.store().equals(store) ? "" : store);
        });
    }

    /** It is not moved there, if that is what it was to be. */
    CompletionStage<Void> stay(PartitionId id, String nextStore) {
        return change(id, spec -> spec.nextStore().equals(nextStore) ? spec.withNextStore("") : spec);
    }

    /** It was moved, if the directory does not know yet. */
    CompletionStage<Void> moved(PartitionId id, String from, String to) {
        return change(id, spec -> spec.store().equals(from) ? spec.withStore(to) : spec);
    }

    /** From one stage to another; nothing changes if it is there already. */
    CompletionStage<Void> stage(PartitionId id, Stage from, Stage to) {
        return change(id, spec -> {
            if (spec.stage() != from && spec.stage() != to) {
                throw new IllegalArgumentException(
                        "partition '" + id + "' is " + spec.stage() + ", not " + from + ": see kochab:partition-list");
            }
            return spec.in(to);
        });
    }

    private CompletionStage<Void> change(PartitionId id, UnaryOperator<PartitionSpec> change) {
        return edit((directory, done) -> {
            if (id.equals(Directory.ID)) {
                throw new IllegalArgumentException("the directory cannot be changed: everything else needs it");
            }
            Entry entry = directory
                    .get(Directory.partitionKey(id))
                    .orElseThrow(() -> new IllegalArgumentException("partition '" + id + "' does not exist"));
            PartitionSpec changed = change.apply(Directory.partition(entry));
            directory
                    .submit(Transaction.update(entry.key(), Directory.encode(changed), entry.revision()))
                    .thenAccept(result ->
                            finish(done, result, "partition '" + id + "' was changed by somebody else: try again"));
        });
    }

    private interface Edit {
        void of(Partition directory, CompletableFuture<Void> done);
    }

    private CompletionStage<Void> edit(Edit edit) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Consumer<String> unreachable = why -> done.completeExceptionally(new IllegalStateException(why));
        try {
            thread.execute(() -> {
                try {
                    Optional<Partition> now = directory.get();
                    if (now.isPresent()) {
                        edit.of(now.get(), done);
                    } else {
                        unreachable.accept("the directory cannot be reached now: try again shortly");
                    }
                } catch (NotLeaderException e) {
                    unreachable.accept("the directory has just changed its leader: try again shortly");
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            unreachable.accept("too many changes of the directory wait, or this member stops: try again");
        }
        return done;
    }

    private void finish(CompletableFuture<Void> done, CommitResult result, String conflict) {
        if (result instanceof CommitResult.Committed committed) {
            known.apply(committed.revision()).whenComplete((yes, no) -> done.complete(null));
        } else if (result instanceof CommitResult.Conflict) {
            done.completeExceptionally(new IllegalArgumentException(conflict));
        } else {
            done.completeExceptionally(new IllegalStateException("the directory answered " + result + ": try again"));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
