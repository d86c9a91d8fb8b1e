package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.TenantMove.State;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.TenantRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the moves of tenants away from one partition, one after the other, on the member that leads it. Everything it knows is stored: each
 * step may be done again, by this leader or the next. The order that keeps a tenant from ever having two owners: its fence at the source, the rest of
 * the copy, the directory's word, the end of the fence at the target, and only then the end of what the source has.
 */
final class TenantMover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TenantMover.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** So few changes are copied while the tenant waits. */
    private static final int FEW = 200;

    private static final int MOST_ROUNDS = 50;
    private static final long LONGEST_FREEZE_NANOS = 10_000_000_000L;

    private final Workshop shop;
    private final PartitionService partitions;
    private final Partition source;
    private final Committer directory;
    private final Consumer<String> reached;
    private final Clock clock;
    private final Worker worker;
    /** Since when the tenant of the move in hand is frozen, as far as this leader knows; 0 if it is not. */
    private long frozenAt;

    /** @param reached told of each step that was made, for tests that end it there */
    TenantMover(
            Workshop shop,
            PartitionService partitions,
            Partition source,
            Committer directory,
            Consumer<String> reached) {
        this(shop, partitions, source, directory, reached, Clock.REAL);
    }

    TenantMover(
            Workshop shop,
            PartitionService partitions,
            Partition source,
            Committer directory,
            Consumer<String> reached,
            Clock clock) {
        this.shop = shop;
        this.partitions = partitions;
        this.source = source;
        this.directory = directory;
        this.reached = reached;
        this.clock = clock;
        this.worker = new Worker("kochab-" + source.id() + "-moves");
    }

    void start() {
        worker.start(this::run);
    }

    private void run() throws InterruptedException {
        while (worker.running()) {
            try {
                Optional<Partition> found = partitions.directory();
                if (found.isPresent()) {
                    follow(found.get());
                }
            } catch (GoneException | NotLeaderException | ResourceException | TenantImport.Superseded e) {
                LOG.info("{} looks at the moves of its tenants again: {}", source.id(), e.getMessage());
            }
            worker.pause(PAUSE);
        }
    }

    private void follow(Partition found) throws GoneException, InterruptedException {
        long at = found.revision();
        try (Watch watch = found.watch(MoveRecord.PREFIX, at)) {
            while (worker.running()) {
                round(found);
                while (worker.running() && watch.poll(PAUSE).isEmpty()) {
                    // Until something changes.
                }
            }
        }
    }

    /** The thread's work: carries out, or on, all moves that the directory has for this partition. What it throws is for a later round. */
    void round(Partition found) throws GoneException {
        for (Entry e : Pages.all(found, MoveRecord.PREFIX, found.revision())) {
            MoveRecord move = MoveRecord.of(e);
            if (move.from().equals(source.id().value()) && !move.state().isOver()) {
                carry(move);
            }
        }
    }

    private void carry(MoveRecord move) throws GoneException {
        PartitionId to = new PartitionId(move.to());
        Committer target = Committer.patient(move.to(), () -> partitions.partition(to), PATIENCE, clock);
        TenantImport copy = new TenantImport(move, target);
        try (TenantExport original = new TenantExport(move, source, clock)) {
            switch (move.state()) {
                case COPYING -> copy(move, original, copy);
                case SWITCHING -> finish(move, original, copy, move.pauseMillis());
                case ABORTING -> abort(move, original, copy);
                case DONE, ABORTED -> {}
            }
        } catch (NotLeaderException | ResourceException | TenantImport.Superseded e) {
            if (frozenAt != 0 && clock.nanos() - frozenAt > LONGEST_FREEZE_NANOS) {
                requestAbort(move, "the tenant was closed for too long: " + e.getMessage());
            }
            throw e;
        }
    }

    private void copy(MoveRecord move, TenantExport original, TenantImport copy) throws GoneException {
        LOG.info("tenant {} is being moved from {} to {}", move.tenant(), move.from(), move.to());
        reached.accept("begun");
        copy.begin(() -> requireCopying(move));
        reached.accept("entered");
        copy.apply(original.difference(copy.present()), () -> {
            original.follow();
            requireCopying(move);
        });
        reached.accept("copied");
        Map<String, byte @Nullable []> more = original.takePending();
        for (int round = 0; more.size() > FEW && round < MOST_ROUNDS; round++) {
            copy.apply(more, original::follow);
            more = original.takePending();
        }
        requireCopying(move);
        frozenAt = frozenAt == 0 ? clock.nanos() : frozenAt;
        long left = original.freeze();
        reached.accept("frozen");
        copy.apply(more, () -> {});
        // A commit is answered after its event can be seen.
        if (!original.hasSeen(left)) {
            throw new TenantImport.Superseded("the fence of tenant " + move.tenant() + " was not seen");
        }
        copy.apply(original.takePending(), () -> {});
        reached.accept("caught up");
        long era = Math.max(move.era(), Math.max(original.era(), copy.formerEra())) + 1;
        MoveRecord decided = decide(move, m -> m.decided(era, left, original.count()));
        reached.accept("decided");
        finish(decided, original, copy, 0);
    }

    /** @return the record that says so */
    private Entry requireCopying(MoveRecord move) {
        return record(move.tenant())
                .filter(e -> isCopying(MoveRecord.of(e), move))
                .orElseThrow(
                        () -> new TenantImport.Superseded("the move of tenant " + move.tenant() + " was given up"));
    }

    private static boolean isCopying(MoveRecord found, MoveRecord move) {
        return found.id().equals(move.id()) && found.state() == State.COPYING;
    }

    private Optional<Entry> record(String tenant) {
        return directory.read(p -> p.get(MoveRecord.key(new TenantId(tenant))));
    }

    /** The one moment: until it the tenant is at the source, from it on at the target. */
    private MoveRecord decide(MoveRecord move, Function<MoveRecord, MoveRecord> next) {
        while (true) {
            // What is decided must be of the very record that was looked at: others may give the move up at any time.
            Entry record = requireCopying(move);
            MoveRecord decided = next.apply(MoveRecord.of(record));
            TenantId id = new TenantId(move.tenant());
            Optional<Entry> entry = directory.read(p -> p.get(ObjectKeys.tenant(id)));
            Tenant t = (Tenant) entry.map(e -> shop.decoded().decode(e, Kind.TENANT))
                    .filter(r -> move.uid().equals(r.metadata().uid()))
                    .orElse(null);
            if (entry.isEmpty() || t == null) {
                requestAbort(move, "the tenant was deleted");
                throw new TenantImport.Superseded("tenant " + move.tenant() + " was deleted");
            }
            Tenant.Spec there = new Tenant.Spec(
                    move.to(), t.spec() == null ? null : t.spec().quota());
            Tenant moved = new Tenant(t.apiVersion(), t.kind(), t.metadata(), there, t.status());
            CommitResult result = directory.commit(new Transaction(
                    List.of(
                            new Precondition.AtRevision(record.key(), record.revision()),
                            new Precondition.AtRevision(
                                    entry.get().key(), entry.get().revision())),
                    List.of(
                            new Operation.Put(record.key(), decided.bytes()),
                            new Operation.Put(entry.get().key(), shop.encode(moved, 0)))));
            if (result instanceof CommitResult.Committed) {
                return decided;
            }
        }
    }

    private void finish(MoveRecord move, TenantExport original, TenantImport copy, long formerPause)
            throws GoneException {
        long since = copy.activate(move.era(), move.left());
        long pause = frozenAt == 0 ? formerPause : (clock.nanos() - frozenAt) / 1_000_000;
        frozenAt = 0;
        reached.accept("activated");
        original.leave(move.era(), since);
        reached.accept("left");
        original.clear();
        reached.accept("cleared");
        end(move.paused(pause).in(State.DONE, ""));
        LOG.info(
                "tenant {} with {} keys is at {} now; its callers waited {} ms",
                move.tenant(),
                move.objects(),
                move.to(),
                pause);
    }

    private void abort(MoveRecord move, TenantExport original, TenantImport copy) {
        original.thaw();
        frozenAt = 0;
        reached.accept("thawed");
        copy.rollBack();
        reached.accept("rolled back");
        end(move.in(State.ABORTED, move.message()));
        LOG.info("tenant {} stays at {}: {}", move.tenant(), move.from(), move.message());
    }

    private void end(MoveRecord over) {
        CommitResult result;
        do {
            Optional<Entry> record =
                    record(over.tenant()).filter(e -> MoveRecord.of(e).id().equals(over.id()));
            if (record.isEmpty()) {
                return;
            }
            List<Precondition> preconditions = new ArrayList<>();
            List<Operation> puts = new ArrayList<>();
            preconditions.add(
                    new Precondition.AtRevision(record.get().key(), record.get().revision()));
            puts.add(new Operation.Put(record.get().key(), over.bytes()));
            Optional<Entry> entry = directory.read(p -> p.get(ObjectKeys.tenant(new TenantId(over.tenant()))));
            if (entry.isPresent()) {
                Tenant t = (Tenant) shop.decoded().decode(entry.get(), Kind.TENANT);
                if (TenantRules.MOVING.equals(t.status())) {
                    Tenant active = new Tenant(t.apiVersion(), t.kind(), t.metadata(), t.spec(), TenantRules.ACTIVE);
                    preconditions.add(new Precondition.AtRevision(
                            entry.get().key(), entry.get().revision()));
                    puts.add(new Operation.Put(entry.get().key(), shop.encode(active, 0)));
                }
            }
            result = directory.commit(new Transaction(preconditions, puts));
        } while (!(result instanceof CommitResult.Committed));
    }

    private void requestAbort(MoveRecord move, String why) {
        record(move.tenant())
                .filter(e -> MoveRecord.of(e).id().equals(move.id())
                        && MoveRecord.of(e).state() == State.COPYING)
                .ifPresent(e -> directory.commit(Transaction.update(
                        e.key(), MoveRecord.of(e).in(State.ABORTING, why).bytes(), e.revision())));
    }

    @Override
    public void close() {
        worker.close();
    }
}
