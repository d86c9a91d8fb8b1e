package org.kochab.partition.internal.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.Leadership;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.spi.store.PartitionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the control plane: runs a thread for the directory and one for each partition the directory names, as far as their
 * stores are there. What changes that is done on one thread of its own, in order.
 */
public final class Member implements PartitionService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Member.class);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Duration CREATE = Duration.ofSeconds(60);

    private final MemberSettings settings;
    private final Publisher publisher;
    private final PartitionSpec directorySpec;
    private final ScheduledThreadPoolExecutor worker;
    private final Map<String, PartitionStore> stores = new TreeMap<>();
    private final ConcurrentSkipListMap<PartitionId, PartitionSpec> specs = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<PartitionId, PartitionThread> threads = new ConcurrentSkipListMap<>();
    /** What was published; only the worker touches it. */
    private final Map<PartitionId, LedPartition> published = new TreeMap<>();
    /** Those who wait for a partition to be served; only the worker touches it. */
    private final Map<PartitionId, List<CompletableFuture<Void>>> awaiting = new TreeMap<>();

    public Member(MemberSettings settings, Publisher publisher) {
        this.settings = settings;
        this.publisher = publisher;
        this.directorySpec = new PartitionSpec(Directory.ID, PartitionKind.DIRECTORY, settings.store(), "");
        this.worker = new ScheduledThreadPoolExecutor(1, run -> {
            Thread t = new Thread(run, "kochab-partition-member");
            t.setDaemon(true);
            return t;
        });
        worker.setRemoveOnCancelPolicy(true);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        specs.put(directorySpec.id(), directorySpec);
    }

    /** A store came: its partitions are started. */
    public void addStore(PartitionStore store) {
        run(() -> {
            if (stores.putIfAbsent(store.name(), store) != null) {
                LOG.warn("a second store '{}' is ignored while the first is there", store.name());
                return;
            }
            specs.values().forEach(this::ensure);
        });
    }

    /** A store goes: returns, within a bounded time, when none of its partitions uses it any more. */
    public void removeStore(PartitionStore store) {
        await(run(() -> {
            if (stores.remove(store.name(), store)) {
                stop(threads.values().stream().filter(t -> t.store() == store).toList());
            }
        }));
    }

    /** Worker: the directory has this partition. */
    void know(PartitionSpec spec) {
        specs.put(spec.id(), spec);
        ensure(spec);
    }

    /** Worker: the directory has it no more. */
    void forget(PartitionId id) {
        specs.remove(id);
        PartitionThread thread = threads.get(id);
        if (thread != null) {
            stop(List.of(thread));
        }
    }

    private void ensure(PartitionSpec spec) {
        PartitionStore store = stores.get(spec.store());
        if (store == null || threads.containsKey(spec.id())) {
            return;
        }
        PartitionThread thread =
                new PartitionThread(spec, settings.member(), store, settings.limits(), new Leadership.Listener() {
                    @Override
                    public void leads(LedPartition partition) {
                        run(() -> publish(partition));
                    }

                    @Override
                    public void ended(LedPartition partition, String why) {
                        run(() -> withdraw(partition));
                    }
                });
        threads.put(spec.id(), thread);
        thread.start();
    }

    private void publish(LedPartition partition) {
        if (!partition.isServing()) {
            return;
        }
        if (partition.id().equals(Directory.ID)) {
            new DirectoryFollower(this, partition, settings).begin();
        }
        published.put(partition.id(), partition);
        publisher.publish(partition);
        List<CompletableFuture<Void>> waiting = awaiting.remove(partition.id());
        if (waiting != null) {
            waiting.forEach(f -> f.complete(null));
        }
    }

    private void withdraw(LedPartition partition) {
        if (published.remove(partition.id(), partition)) {
            publisher.withdraw(partition);
        }
    }

    /** Worker: first nobody uses them any more, then they stop. */
    private void stop(List<PartitionThread> ending) {
        for (PartitionThread t : ending) {
            LedPartition led = published.get(t.spec().id());
            if (led != null) {
                withdraw(led);
            }
            t.stop();
        }
        long end = System.nanoTime() + STOP.toNanos();
        for (PartitionThread t : ending) {
            try {
                t.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            threads.remove(t.spec().id(), t);
        }
    }

    /** Runs something on the worker, in order. */
    CompletableFuture<Void> run(Runnable task) {
        if (worker.isShutdown()) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("member {} failed in its own work", settings.member(), e);
                        throw e;
                    }
                },
                worker);
    }

    private static void await(CompletableFuture<Void> done) {
        try {
            done.get(STOP.toSeconds() + 2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            LOG.warn("stopping took too long or failed; leases will run out", e);
        }
    }

    @Override
    public String member() {
        return settings.member();
    }

    @Override
    public List<PartitionStatus> partitions() {
        List<PartitionStatus> all = new ArrayList<>();
        specs.forEach((id, spec) -> all.add(status(spec, threads.get(id))));
        return all;
    }

    private PartitionStatus status(PartitionSpec spec, @Nullable PartitionThread thread) {
        if (thread == null) {
            String why = "store '" + spec.store() + "' is not installed or not ready";
            return new PartitionStatus(spec, Optional.empty(), 0, -1, -1, -1, "Unavailable", why);
        }
        LedPartition led = thread.led();
        Leadership.Standing s = thread.standing();
        if (led == null) {
            return new PartitionStatus(spec, s.leader(), s.epoch(), -1, -1, -1, s.state(), s.message());
        }
        return new PartitionStatus(
                spec,
                Optional.of(settings.member()),
                led.epoch(),
                led.lastRevision(),
                led.entries(),
                led.watchers(),
                "Serving",
                "");
    }

    @Override
    public Optional<Partition> partition(PartitionId id) {
        PartitionThread thread = threads.get(id);
        return thread == null ? Optional.empty() : Optional.ofNullable(thread.led());
    }

    @Override
    public Optional<Partition> directory() {
        return partition(Directory.ID);
    }

    @Override
    public CompletionStage<Void> create(PartitionSpec spec) {
        CompletableFuture<Void> served = new CompletableFuture<>();
        run(() -> {
            String wrong = wrong(spec);
            Optional<Partition> directory = directory();
            if (wrong != null) {
                served.completeExceptionally(new IllegalArgumentException(wrong));
            } else if (directory.isEmpty()) {
                served.completeExceptionally(unreachable());
            } else {
                awaiting.computeIfAbsent(spec.id(), k -> new ArrayList<>()).add(served);
                served.orTimeout(CREATE.toSeconds(), TimeUnit.SECONDS);
                served.whenComplete((v, e) -> run(() -> awaiting.computeIfPresent(spec.id(), (k, l) -> {
                    l.remove(served);
                    return l.isEmpty() ? null : l;
                })));
                directory
                        .get()
                        .submit(Transaction.create(Directory.partitionKey(spec.id()), Directory.encode(spec)))
                        .thenAccept(result ->
                                fail(served, result, "partition '" + spec.id() + "' exists: choose another id"));
            }
        });
        return served.minimalCompletionStage();
    }

    private @Nullable String wrong(PartitionSpec spec) {
        if (spec.kind() == PartitionKind.DIRECTORY || spec.id().equals(Directory.ID)) {
            return "kind: there is one directory and it exists: use TENANT or RESOURCE_MANAGER and another id";
        }
        if (!stores.containsKey(spec.store())) {
            return "store '" + spec.store() + "' is not there: use one of " + stores.keySet();
        }
        if (spec.kind() == PartitionKind.TENANT && spec.scheduler().isBlank()) {
            return "scheduler is empty: a tenant partition needs one, for example " + settings.scheduler();
        }
        return specs.containsKey(spec.id()) ? "partition '" + spec.id() + "' exists: choose another id" : null;
    }

    @Override
    public CompletionStage<Void> useScheduler(PartitionId id, String scheduler) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        run(() -> {
            Optional<Partition> directory = directory();
            if (directory.isEmpty()) {
                done.completeExceptionally(unreachable());
                return;
            }
            Optional<Entry> entry = directory.get().get(Directory.partitionKey(id));
            if (entry.isEmpty()) {
                done.completeExceptionally(new IllegalArgumentException("partition '" + id + "' does not exist"));
                return;
            }
            PartitionSpec spec = Directory.partition(entry.get());
            if (spec.kind() != PartitionKind.TENANT || scheduler.isBlank()) {
                done.completeExceptionally(new IllegalArgumentException(
                        "scheduler: only a tenant partition has one, and it needs a name"));
                return;
            }
            directory
                    .get()
                    .submit(Transaction.update(
                            entry.get().key(),
                            Directory.encode(spec.withScheduler(scheduler)),
                            entry.get().revision()))
                    .thenAccept(result -> {
                        fail(done, result, "partition '" + id + "' was changed by somebody else: try again");
                        done.complete(null);
                    });
        });
        return done.minimalCompletionStage();
    }

    private static void fail(CompletableFuture<Void> future, CommitResult result, String conflict) {
        if (result instanceof CommitResult.Conflict) {
            future.completeExceptionally(new IllegalArgumentException(conflict));
        } else if (!(result instanceof CommitResult.Committed)) {
            future.completeExceptionally(new IllegalStateException("the directory answered " + result + ": try again"));
        }
    }

    private static IllegalStateException unreachable() {
        return new IllegalStateException("the directory is not led by this member now: try again, or on its leader");
    }

    @Override
    public void close() {
        CompletableFuture<Void> stopped = run(() -> {
            stores.clear();
            stop(List.copyOf(threads.values()));
        });
        await(stopped);
        worker.shutdownNow();
    }
}
