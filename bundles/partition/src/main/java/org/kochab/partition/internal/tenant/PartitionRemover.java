package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionRemoval.State;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.directory.RemovalRecord;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.kernel.Seals;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out removals of partitions, on the member that leads the directory. Everything it knows is stored, each step may be done again by the next leader,
 * and none by a former one: in the directory by the record's revision, in the store by the lease, which is taken away under an epoch of its own
 * and stays there. So what a partition has is deleted by fenced commits; the store's {@code drop} has no condition that would stop a leader that slept
 * until another partition had the name.
 */
final class PartitionRemover implements AutoCloseable {
    /** No member's name: who owns the lease of what is removed. */
    static final String OWNER = "(removed)";

    private static final Logger LOG = LoggerFactory.getLogger(PartitionRemover.class);
    private static final long ANSWER_SECONDS = 35;
    private static final int MOST = 10_000;
    private static final int MOST_DELETES = 1_000;

    private final PartitionService partitions;
    private final TenantDirectory tenants;
    private final Relocations moves;
    private final ManagerDrain drains;
    private final Function<String, Optional<PartitionStore>> stores;
    private final Consumer<String> reached;
    private final Worker worker = new Worker("kochab-partition-removals");
    /** The leases that leaders hold, as they were first seen, by partition. */
    private final Map<PartitionId, Sight> seen = new TreeMap<>();

    private record Sight(long epoch, String owner, long atNanos) {}

    /** @param reached told of each step that was made, for tests that end it there */
    PartitionRemover(
            PartitionService partitions,
            TenantDirectory tenants,
            Relocations moves,
            Function<String, Optional<PartitionStore>> stores,
            Consumer<String> reached) {
        this.partitions = partitions;
        this.tenants = tenants;
        this.moves = moves;
        this.drains = new ManagerDrain(partitions);
        this.stores = stores;
        this.reached = reached;
    }

    void start() {
        worker.startForDirectory(partitions, this::look);
    }

    private void look(Partition led) throws InterruptedException {
        try {
            Committer directory = Committer.of(led);
            for (Entry e : led.list(RemovalRecord.PREFIX, MOST).entries()) {
                try {
                    carry(e, led, directory);
                } catch (ResourceException | StoreException | TimeoutException failure) {
                    LOG.info("removal {} waits: {}", e.key(), failure.getMessage());
                }
            }
        } catch (NotLeaderException e) {
            LOG.debug("the directory is led elsewhere now");
        }
    }

    private void carry(Entry entry, Partition led, Committer directory) throws InterruptedException, TimeoutException {
        RemovalRecord record = RemovalRecord.of(entry);
        Optional<PartitionSpec> spec = directory
                .read(p -> p.get(Directory.partitionKey(new PartitionId(record.id()))))
                .map(Directory::partition);
        if (spec.isEmpty()) {
            return;
        }
        switch (record.state()) {
            case DRAINING -> drain(entry, record, spec.get(), led, directory);
            case CLOSING -> close(entry, record, spec.get(), directory);
            case DROPPING -> drop(entry, record, spec.get(), directory);
            case REMOVED -> revive(entry, record, spec.get(), directory);
            case GIVEN_UP -> {}
        }
    }

    private void drain(Entry entry, RemovalRecord record, PartitionSpec spec, Partition led, Committer directory) {
        PartitionId id = spec.id();
        if (spec.kind() == PartitionKind.RESOURCE_MANAGER) {
            Optional<String> stays = drains.stays(id, led, directory);
            if (stays.isPresent()) {
                giveUp(entry, record, stays.get(), directory);
                return;
            }
            if (!drains.advance(id, record.drain(), led, directory)) {
                return;
            }
        }
        if (spec.kind() == PartitionKind.TENANT) {
            boolean moving = moves.list().stream()
                    .anyMatch(m -> !m.state().isOver() && (m.from().equals(id) || m.to().equals(id)));
            List<TenantId> there = tenants.of(id);
            if (!there.isEmpty() && !record.drain()) {
                giveUp(entry, record, "tenant " + there.get(0) + " came meanwhile", directory);
                return;
            }
            if (!there.isEmpty() && !moving) {
                moveAway(entry, record, there.get(0), directory);
            }
            if (moving || !there.isEmpty()) {
                return;
            }
        }
        reached.accept("drained");
        Removals.step(directory, entry, record.in(State.CLOSING, ""), Optional.of(Stage.CLOSED));
        reached.accept("closing");
    }

    private void moveAway(Entry entry, RemovalRecord record, TenantId tenant, Committer directory) {
        Optional<PartitionId> to = tenants.leastLoaded(new PartitionId(record.id()));
        if (to.isEmpty()) {
            giveUp(entry, record, "there is no other tenant partition that takes tenant " + tenant, directory);
            return;
        }
        TenantMove begun = moves.begin(tenant, to.get());
        LOG.info("tenant {} leaves {} for {}, which is to be removed", tenant, record.id(), begun.to());
        reached.accept("moving");
    }

    private static void giveUp(Entry entry, RemovalRecord record, String why, Committer directory) {
        if (Removals.step(directory, entry, record.in(State.GIVEN_UP, why), Optional.of(Stage.ACTIVE))) {
            LOG.info("partition {} is not removed: {}", record.id(), why);
        }
    }

    /** Nobody can write from here on; what the store has then decides. */
    private void close(Entry entry, RemovalRecord record, PartitionSpec spec, Committer directory)
            throws InterruptedException, TimeoutException {
        PartitionStore store = store(spec);
        Optional<LeaseRecord> taken = take(store, spec, entry, directory);
        if (taken.isEmpty()) {
            return;
        }
        reached.accept("taken");
        Optional<String> left = load(store, spec).keys.stream()
                .filter(key -> isContent(spec.kind(), key))
                .findFirst();
        if (left.isPresent()) {
            LeaseRecord free = new LeaseRecord(taken.get().epoch() + 1, "", 0, 1);
            answer(store.compareAndSetLease(record.id(), taken, free));
            reached.accept("freed");
            giveUp(entry, record, "it still has " + left.get(), directory);
            return;
        }
        Removals.step(
                directory,
                entry,
                record.in(State.DROPPING, "").under(taken.get().epoch()),
                Optional.of(Stage.CLOSED));
        reached.accept("dropping");
    }

    /** What a partition must not have when it goes; the rest are its own notes. */
    private static boolean isContent(PartitionKind kind, String key) {
        return kind == PartitionKind.RESOURCE_MANAGER
                ? key.startsWith(NodeKeys.NODES) || key.startsWith(NodeKeys.CLAIMS)
                : !key.startsWith(Fences.PREFIX) && !key.startsWith(Home.PREFIX);
    }

    private PartitionStore store(PartitionSpec spec) {
        return stores.apply(spec.store())
                .orElseThrow(() -> new StoreException("store " + spec.store() + " is not on this member"));
    }

    /** The lease, taken away from whoever had it, once that has given it back or its time is over. */
    private Optional<LeaseRecord> take(PartitionStore store, PartitionSpec spec, Entry entry, Committer directory)
            throws InterruptedException, TimeoutException {
        Optional<LeaseRecord> now = answer(store.lease(spec.id().value()));
        if (now.isPresent() && now.get().owner().equals(OWNER)) {
            return now;
        }
        long at = System.nanoTime();
        if (now.isPresent() && !now.get().owner().isEmpty()) {
            LeaseRecord held = now.get();
            Sight sight = seen.get(spec.id());
            if (sight == null || sight.epoch() != held.epoch() || !sight.owner().equals(held.owner())) {
                sight = new Sight(held.epoch(), held.owner(), at);
                seen.put(spec.id(), sight);
            }
            if (at - sight.atNanos() < TimeUnit.MILLISECONDS.toNanos(held.ttlMillis())) {
                return Optional.empty();
            }
        }
        // A leader of the directory that slept finds another revision here, or another lease below.
        if (directory
                .read(p -> p.get(entry.key()))
                .filter(e -> e.revision() == entry.revision())
                .isEmpty()) {
            return Optional.empty();
        }
        long epoch = now.map(LeaseRecord::epoch).orElse(0L) + 1;
        LeaseRecord mine = new LeaseRecord(epoch, OWNER, 0, Seals.FOREVER_MILLIS);
        return answer(store.compareAndSetLease(spec.id().value(), now, mine)) ? Optional.of(mine) : Optional.empty();
    }

    private record Loaded(long revision, List<String> keys) {}

    private Loaded load(PartitionStore store, PartitionSpec spec) throws InterruptedException, TimeoutException {
        List<String> keys = new ArrayList<>();
        long revision = answer(store.load(spec.id().value(), put -> keys.add(new String(put.key(), UTF_8))));
        return new Loaded(revision, keys);
    }

    private void drop(Entry entry, RemovalRecord record, PartitionSpec spec, Committer directory)
            throws InterruptedException, TimeoutException {
        PartitionStore store = store(spec);
        Loaded loaded = load(store, spec);
        long revision = loaded.revision();
        for (int i = 0; i < loaded.keys().size(); i += MOST_DELETES) {
            List<byte[]> deletes = loaded
                    .keys()
                    .subList(i, Math.min(loaded.keys().size(), i + MOST_DELETES))
                    .stream()
                    .map(key -> key.getBytes(UTF_8))
                    .toList();
            CommitOutcome outcome = answer(store.commit(
                    new CommitBatch(record.id(), record.epoch(), revision, revision + 1, List.of(), deletes)));
            if (!(outcome instanceof CommitOutcome.Done)) {
                throw new StoreException("partition " + record.id() + " could not be emptied: " + outcome);
            }
            revision++;
            reached.accept("emptying");
        }
        reached.accept("emptied");
        if (Removals.step(directory, entry, record.in(State.REMOVED, ""), Optional.empty())) {
            LOG.info("partition {} was removed", record.id());
        }
        reached.accept("removed");
    }

    /** Another partition has the name of one that was removed: its members may have the lease, under higher epochs. */
    private void revive(Entry entry, RemovalRecord record, PartitionSpec spec, Committer directory)
            throws InterruptedException, TimeoutException {
        PartitionStore store = store(spec);
        Optional<LeaseRecord> now = answer(store.lease(spec.id().value()));
        if (now.isEmpty() || now.get().owner().equals(OWNER) && now.get().epoch() == record.epoch()) {
            answer(store.compareAndSetLease(record.id(), now, new LeaseRecord(record.epoch() + 1, "", 0, 1)));
            reached.accept("revived");
            return;
        }
        Removals.step(
                directory,
                entry,
                record.in(State.GIVEN_UP, "another partition has the name now"),
                Optional.of(spec.stage()));
    }

    private static <T> T answer(CompletionStage<T> stage) throws InterruptedException, TimeoutException {
        try {
            return stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StoreException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
