package org.kochab.partition.internal.member;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.directory.Rebalance;
import org.kochab.partition.internal.core.directory.Spread;
import org.kochab.partition.internal.core.kernel.CommitRules;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.Leadership;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.core.kernel.Seals;
import org.kochab.partition.internal.remote.PartitionServer;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.remote.RemotePartitions;
import org.kochab.partition.internal.remote.StatusBoard;
import org.kochab.spi.store.PartitionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the control plane: runs a thread for the directory and one for each partition the directory names, as far as their
 * stores are there. What changes that is done on one thread of its own, in order. Partitions that other members lead are reached through
 * the {@link Peers}.
 */
public final class Member implements PartitionService, AutoCloseable {
    private static final int REBALANCE_SECONDS = 5;
    private static final int SETTLE_AGAIN_SECONDS = 1;
    private static final int KNOWN_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(Member.class);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final MemberSettings settings;
    private final Publisher publisher;
    private final Peers peers;
    private final RemotePartitions remote;
    private final Statuses statuses;
    private final DirectoryFollower follower;
    private final DirectoryEdits edits;
    private final Arrivals arrivals;
    private final ScheduledThreadPoolExecutor worker;
    private final ConcurrentSkipListMap<String, PartitionStore> stores = new ConcurrentSkipListMap<>();
    private final Function<PartitionSpec, CommitRules> rules;
    private final ConcurrentSkipListMap<PartitionId, PartitionSpec> specs = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<PartitionId, PartitionThread> threads = new ConcurrentSkipListMap<>();
    /** Partitions of which it is being found out in which store they are. */
    private final Set<PartitionId> settling = ConcurrentHashMap.newKeySet();
    /** What was published; only the worker touches it. */
    private final Map<PartitionId, LedPartition> published = new TreeMap<>();

    /** A member that has the control plane for itself. */
    public Member(MemberSettings settings, Publisher publisher) {
        this(settings, publisher, new Peers(settings.member()));
    }

    /** @param peers closed with this */
    public Member(MemberSettings settings, Publisher publisher, Peers peers) {
        this(settings, publisher, peers, spec -> CommitRules.NONE);
    }

    /** @param rules of each leadership of a partition */
    public Member(
            MemberSettings settings, Publisher publisher, Peers peers, Function<PartitionSpec, CommitRules> rules) {
        this.rules = rules;
        this.settings = settings;
        this.publisher = publisher;
        this.peers = peers;
        this.worker = new ScheduledThreadPoolExecutor(1, run -> {
            Thread t = new Thread(run, "kochab-partition-member");
            t.setDaemon(true);
            return t;
        });
        worker.setRemoveOnCancelPolicy(true);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        specs.put(Directory.ID, new PartitionSpec(Directory.ID, PartitionKind.DIRECTORY, settings.store(), ""));
        this.remote = new RemotePartitions(peers);
        this.statuses = new Statuses(settings.member(), peers, StatusBoard.start(peers, this::led));
        this.arrivals = new Arrivals(peers.executor(), this::leader, statuses::refresh);
        this.follower = new DirectoryFollower(this::directory, settings, new Following());
        this.edits = new DirectoryEdits(this::directory, this::known);
        PartitionServer.start(peers, this::led, this::handOver);
        follower.start();
        if (!settings.rebalanceAfter().isZero()) {
            Rebalance rebalance = new Rebalance(settings.rebalanceAfter());
            peers.executor()
                    .scheduleWithFixedDelay(
                            () -> rebalance(rebalance), REBALANCE_SECONDS, REBALANCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** One thread at a time. */
    private void rebalance(Rebalance rebalance) {
        if (led(Directory.ID).isEmpty()) {
            rebalance.pause();
            return;
        }
        rebalance.look(partitions(), members(), System.nanoTime()).ifPresent(move -> move(move.partition(), move.to())
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        LOG.info("member {} leads partition {} now, as its share", move.to(), move.partition());
                    } else {
                        LOG.info("partition {} stays where it is: {}", move.partition(), failure.getMessage());
                    }
                }));
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
                specs.values().forEach(this::ensure);
            }
        }));
    }

    /** What the directory says becomes what this member does, on the worker. */
    private final class Following implements DirectoryFollower.Listener {
        @Override
        public void all(List<PartitionSpec> all) {
            run(() -> {
                Set<PartitionId> there = new HashSet<>();
                there.add(Directory.ID);
                // All are known before the first is started: who prefers which depends on them.
                for (PartitionSpec spec : all) {
                    there.add(spec.id());
                    specs.put(spec.id(), spec);
                }
                all.forEach(Member.this::ensure);
                specs.keySet().stream()
                        .filter(id -> !there.contains(id))
                        .toList()
                        .forEach(Member.this::forget);
            });
        }

        @Override
        public void put(PartitionSpec spec) {
            run(() -> {
                specs.put(spec.id(), spec);
                ensure(spec);
            });
        }

        @Override
        public void deleted(PartitionId id) {
            run(() -> forget(id));
        }
    }

    /** Completes when this member does what the directory says at the revision; after some seconds anyway, because the directory has it. */
    private CompletableFuture<Void> known(long revision) {
        return follower.told(revision)
                .thenCompose(told -> run(() -> {}))
                .completeOnTimeout(null, KNOWN_SECONDS, TimeUnit.SECONDS);
    }

    private void forget(PartitionId id) {
        specs.remove(id);
        letGo(id);
    }

    private void letGo(PartitionId id) {
        PartitionThread thread = threads.get(id);
        if (thread != null) {
            stop(List.of(thread));
        }
    }

    private void ensure(PartitionSpec spec) {
        if (!spec.stage().isServed()) {
            letGo(spec.id());
            return;
        }
        PartitionThread running = threads.get(spec.id());
        if (running != null && !running.hears(spec.store())) {
            letGo(spec.id());
            running = null;
        }
        PartitionStore store = stores.get(spec.store());
        if (running == null && store != null) {
            running = start(spec, store);
        }
        if (running != null) {
            running.moveTo(spec.nextStore().isEmpty() ? null : stores.get(spec.nextStore()));
        }
    }

    private PartitionThread start(PartitionSpec spec, PartitionStore store) {
        Leadership.Listener listener = new Leadership.Listener() {
            @Override
            public void leads(LedPartition partition) {
                run(() -> publish(partition));
            }

            @Override
            public void ended(LedPartition partition, String why) {
                run(() -> withdraw(partition));
            }

            @Override
            public void isElsewhere(PartitionId partition, String here, String other) {
                findOut(partition, here, other);
            }

            @Override
            public void notMoved(PartitionId partition, String to) {
                edits.stay(partition, to).exceptionally(failure -> {
                    LOG.warn("{} is still to be moved to store {}: {}", partition, to, failure.getMessage());
                    return null;
                });
            }
        };
        KernelLimits limits = settings.limits(store);
        PartitionThread thread = new PartitionThread(
                spec,
                settings.member(),
                store,
                limits,
                () -> patience(spec.id(), limits),
                () -> rules.apply(spec),
                listener);
        threads.put(spec.id(), thread);
        thread.start();
        return thread;
    }

    /** The directory is told until it knows. */
    private void findOut(PartitionId id, String here, String other) {
        PartitionStore left = stores.get(here);
        PartitionStore now = stores.get(other);
        if (left == null || now == null || !settling.add(id)) {
            return;
        }
        Seals.settle(id, left, now)
                .thenCompose(found ->
                        found == now ? edits.moved(id, here, other) : CompletableFuture.<Void>completedFuture(null))
                .whenComplete((done, failure) -> {
                    settling.remove(id);
                    if (failure != null && !worker.isShutdown()) {
                        LOG.info("it is not settled yet that {} is in store {}: {}", id, other, failure.getMessage());
                        peers.executor()
                                .schedule(() -> findOut(id, here, other), SETTLE_AGAIN_SECONDS, TimeUnit.SECONDS);
                    }
                });
    }

    /** Long enough for those who are preferred to look at the lease, which they do eight times in its life. */
    private long patience(PartitionId id, KernelLimits limits) {
        int rank = Spread.rank(id, List.copyOf(specs.keySet()), peers.members(), settings.member());
        return rank * limits.leaseTtl().toNanos() / 4;
    }

    private void publish(LedPartition partition) {
        if (!partition.isServing()) {
            return;
        }
        published.put(partition.id(), partition);
        publisher.publish(partition);
        if (partition.id().equals(Directory.ID)) {
            follower.wake();
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
    private CompletableFuture<Void> run(Runnable task) {
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
    public List<String> members() {
        return peers.members();
    }

    @Override
    public List<PartitionStatus> partitions() {
        return specs.values().stream()
                .map(spec -> statuses.of(spec, threads.get(spec.id())))
                .toList();
    }

    private Optional<LedPartition> led(PartitionId id) {
        PartitionThread thread = threads.get(id);
        return thread == null ? Optional.empty() : Optional.ofNullable(thread.led());
    }

    private List<LedPartition> led() {
        return threads.keySet().stream().flatMap(id -> led(id).stream()).toList();
    }

    @Override
    public Optional<Partition> partition(PartitionId id) {
        Optional<LedPartition> here = led(id);
        if (here.isPresent()) {
            return Optional.of(here.get());
        }
        PartitionSpec spec = specs.get(id);
        PartitionThread thread = threads.get(id);
        return spec == null || thread == null
                ? Optional.empty()
                : remote.find(spec, thread.standing()).map(Partition.class::cast);
    }

    @Override
    public Optional<Partition> directory() {
        return partition(Directory.ID);
    }

    /** The member that serves the partition, by its own word. */
    private Optional<String> leader(PartitionId id) {
        PartitionThread thread = threads.get(id);
        PartitionSpec spec = specs.get(id);
        return thread == null || spec == null ? Optional.empty() : statuses.serving(spec, thread);
    }

    private boolean handOver(PartitionId id, String member) {
        PartitionThread thread = threads.get(id);
        if (thread == null || thread.led() == null) {
            return false;
        }
        LOG.info("{} is handed over to member {}", id, member);
        thread.handOver(member);
        return true;
    }

    @Override
    public CompletionStage<Void> create(PartitionSpec spec) {
        String wrong = wrong(spec);
        if (wrong != null) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(wrong));
        }
        return edits.add(spec).thenCompose(added -> arrivals.led(spec.id(), Optional.empty()));
    }

    private @Nullable String wrong(PartitionSpec spec) {
        if (spec.kind() == PartitionKind.DIRECTORY || spec.id().equals(Directory.ID)) {
            return "kind: there is one directory and it exists: use TENANT or RESOURCE_MANAGER and another id";
        }
        String wrong = wrong(spec.store());
        if (wrong != null) {
            return wrong;
        }
        // Whether there is one of the name is the directory's to say.
        return spec.kind() == PartitionKind.TENANT && spec.scheduler().isBlank()
                ? "scheduler is empty: a tenant partition needs one, for example " + settings.scheduler()
                : null;
    }

    @Override
    public String tenantPlacement() {
        return settings.tenantPlacement();
    }

    @Override
    public CompletionStage<Void> suspend(PartitionId id) {
        return edits.stage(id, PartitionSpec.Stage.ACTIVE, PartitionSpec.Stage.SUSPENDED);
    }

    @Override
    public CompletionStage<Void> resume(PartitionId id) {
        return edits.stage(id, PartitionSpec.Stage.SUSPENDED, PartitionSpec.Stage.ACTIVE)
                .thenCompose(active -> arrivals.led(id, Optional.empty()));
    }

    @Override
    public CompletionStage<Void> useScheduler(PartitionId id, String scheduler) {
        return edits.useScheduler(id, scheduler);
    }

    @Override
    public CompletionStage<Void> useStore(PartitionId id, String store) {
        String wrong = wrong(store);
        return wrong == null
                ? edits.useStore(id, store)
                : CompletableFuture.failedFuture(new IllegalArgumentException(wrong));
    }

    /** A store that only this member has must not be taken for that of another member. */
    private @Nullable String wrong(String name) {
        PartitionStore store = stores.get(name);
        if (store == null) {
            return "store '" + name + "' is not there: use one of " + stores.keySet();
        }
        return peers.members().size() > 1 && !store.isShared() && !name.endsWith(settings.member())
                ? "store '" + name + "' is on this member alone, and there are "
                        + peers.members().size()
                        + " members: give it a name of its own that ends in this member's, for example '" + name + "-"
                        + settings.member() + "'"
                : null;
    }

    @Override
    public CompletionStage<Void> move(PartitionId id, String to) {
        PartitionThread thread = threads.get(id);
        if (thread == null) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("partition '" + id + "' does not exist, or its store is not here"));
        }
        if (!peers.members().contains(to)) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "member '" + to + "' is not there now: use one of " + peers.members()));
        }
        Optional<String> from = thread.led() != null
                ? Optional.of(settings.member())
                : thread.standing().leader();
        if (from.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("partition '" + id + "' has no leader now: try again shortly"));
        }
        if (from.get().equals(to)) {
            return CompletableFuture.completedFuture(null);
        }
        if (!handOver(id, to)) {
            return PartitionServer.askHandOver(peers, from.get(), id, to)
                    .thenCompose(given -> arrivals.led(id, Optional.of(to)));
        }
        return arrivals.led(id, Optional.of(to));
    }

    @Override
    public void close() {
        follower.close();
        edits.close();
        CompletableFuture<Void> stopped = run(() -> {
            stores.clear();
            stop(List.copyOf(threads.values()));
        });
        await(stopped);
        worker.shutdownNow();
        peers.close();
    }
}
