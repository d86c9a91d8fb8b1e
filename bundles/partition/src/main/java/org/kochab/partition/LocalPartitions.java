package org.kochab.partition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.partition.internal.core.kernel.CommitRules;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.member.Member;
import org.kochab.partition.internal.member.MemberSettings;
import org.kochab.partition.internal.member.Publisher;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.spi.store.PartitionStore;

/**
 * A whole member with the real kernel and its real threads, without OSGi: what the tests of other bundles use. It leads the
 * directory, {@code tp-1} and {@code rm-1} as on a first start.
 */
public final class LocalPartitions implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Member member;
    private final Peers peers;
    private final Object served = new Object();

    private LocalPartitions(
            List<PartitionStore> stores, KernelLimits limits, Peers peers, Function<PartitionSpec, CommitRules> rules) {
        MemberSettings settings =
                new MemberSettings(peers.member(), stores.get(0).name(), "spread", 1, 1, limits);
        this.peers = peers;
        Publisher publisher = new Publisher() {
            @Override
            public void publish(LedPartition partition) {
                synchronized (served) {
                    served.notifyAll();
                }
            }

            @Override
            public void withdraw(LedPartition partition) {}
        };
        this.member = new Member(settings, publisher, peers, rules);
        stores.forEach(member::addStore);
    }

    /**
     * Starts and returns when {@code tp-1} and {@code rm-1} are served.
     *
     * @throws IllegalStateException if they are not within 30 seconds
     */
    public static LocalPartitions start(PartitionStore store) {
        return start(store, 100_000);
    }

    /**
     * As {@link #start(PartitionStore)}, with quotas.
     *
     * @param tenantQuota what each tenant may have that says nothing of it
     */
    public static LocalPartitions start(PartitionStore store, Codec codec, Map<String, String> tenantQuota) {
        return start(
                List.of(store),
                KernelLimits.DEFAULT,
                new Peers("local"),
                MemberSettings.rules(codec, tenantQuota),
                START);
    }

    /** As {@link #start(PartitionStore)}; the first of the stores keeps the directory and what is new, the others what was moved there. */
    public static LocalPartitions start(List<PartitionStore> stores) {
        return start(stores, START);
    }

    /**
     * As {@link #start(List)}.
     *
     * @param patience how long what is there may take to be loaded, instead of 30 seconds
     */
    public static LocalPartitions start(List<PartitionStore> stores, Duration patience) {
        return start(stores, KernelLimits.DEFAULT, new Peers("local"), patience);
    }

    /** As {@link #start(PartitionStore)}, with a history of so many events, so that a test can see {@code Gone}. */
    public static LocalPartitions start(PartitionStore store, int historyEvents) {
        return start(
                List.of(store),
                KernelLimits.DEFAULT.withHistory(historyEvents, KernelLimits.DEFAULT.historyBytes()),
                new Peers("local"),
                START);
    }

    /**
     * One of several members over one store. Starts and returns when {@code tp-1} and {@code rm-1} are served, by this member or another.
     *
     * @param leaseTtl how long a member may be silent before another takes its partitions
     */
    public static LocalPartitions join(PartitionStore store, MemberCalls calls, Duration leaseTtl) {
        Peers peers = new Peers(calls.member());
        peers.attach(calls);
        return join(store, peers, leaseTtl);
    }

    /** As {@link #join(PartitionStore, MemberCalls, Duration)}. */
    public static LocalPartitions join(PartitionStore store, Peers peers, Duration leaseTtl) {
        return start(
                List.of(store),
                KernelLimits.DEFAULT.withLease(leaseTtl, KernelLimits.DEFAULT.commitRetry()),
                peers,
                START);
    }

    private static LocalPartitions start(
            List<PartitionStore> stores, KernelLimits limits, Peers peers, Duration patience) {
        return start(stores, limits, peers, spec -> CommitRules.NONE, patience);
    }

    private static LocalPartitions start(
            List<PartitionStore> stores,
            KernelLimits limits,
            Peers peers,
            Function<PartitionSpec, CommitRules> rules,
            Duration patience) {
        LocalPartitions started = new LocalPartitions(stores, limits, peers, rules);
        try {
            started.partition("tp-1", patience);
            started.partition("rm-1", patience);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** How this member reaches the others. */
    Peers peers() {
        return peers;
    }

    public PartitionService partitionService() {
        return member;
    }

    /**
     * The partition; waits until it is served.
     *
     * @throws IllegalStateException if it is not within 30 seconds
     */
    public Partition partition(String id) {
        return partition(id, START);
    }

    private Partition partition(String id, Duration patience) {
        PartitionId wanted = new PartitionId(id);
        long end = System.nanoTime() + patience.toNanos();
        synchronized (served) {
            while (true) {
                Optional<Partition> found = member.partition(wanted);
                if (found.isPresent()) {
                    return found.get();
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException("partition " + id + " is not served: " + member.partitions());
                }
                try {
                    // Others' partitions come without a word.
                    TimeUnit.NANOSECONDS.timedWait(served, Math.min(left, LOOK_NANOS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while waiting for partition " + id, e);
                }
            }
        }
    }

    /** Makes one more partition on the same store, and waits until it is served. */
    public Partition create(String id, PartitionKind kind) {
        String store = member.partitions().get(0).spec().store();
        String scheduler = kind == PartitionKind.TENANT ? "spread" : "";
        try {
            member.create(new PartitionSpec(new PartitionId(id), kind, store, scheduler))
                    .toCompletableFuture()
                    .get(START.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making partition " + id, e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("partition " + id + " was not made", e);
        }
        return partition(id);
    }

    /** Stops in order: leases are given back, so that another start on the same store serves at once. */
    @Override
    public void close() {
        member.close();
    }
}
