package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.TenantMove.State;
import org.kochab.api.partition.TenantMoves;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.TenantRules;

/** Begins moves, ends them, and tells how they are: all of it in the directory. Any thread. */
final class Relocations implements TenantMoves {
    private static final int MOST_LISTED = 10_000;

    private final Workshop shop;
    private final TenantPlacement placement;
    private final Committer directory;

    Relocations(Workshop shop, TenantPlacement placement, Committer directory) {
        this.shop = shop;
        this.placement = placement;
        this.directory = directory;
    }

    @Override
    public List<TenantMove> list() {
        return directory.read(p -> p.list(MoveRecord.PREFIX, MOST_LISTED)).entries().stream()
                .map(e -> MoveRecord.of(e).shown())
                .toList();
    }

    @Override
    public TenantMove begin(TenantId tenant, PartitionId to) {
        while (true) {
            Precondition taking = placement.guard(to.value());
            Entry entry = directory
                    .read(p -> p.get(ObjectKeys.tenant(tenant)))
                    .orElseThrow(() -> new ResourceException(Reason.NOT_FOUND, "there is no tenant " + tenant));
            Tenant stored = (Tenant) shop.decoded().decode(entry, Kind.TENANT);
            PartitionId from = TenantDirectory.partitionOf(stored);
            Optional<Entry> last = directory.read(p -> p.get(MoveRecord.key(tenant)));
            requireAtRest(tenant, stored, last);
            if (from.equals(to)) {
                throw new ResourceException(Reason.INVALID, "tenant " + tenant + " is in partition " + to + " already");
            }
            MoveRecord begun = MoveRecord.begun(
                    shop.random().uid(),
                    tenant,
                    String.valueOf(stored.metadata().uid()),
                    from,
                    to,
                    last.map(e -> MoveRecord.of(e).era()).orElse(0L));
            Tenant moving = new Tenant(
                    stored.apiVersion(), stored.kind(), stored.metadata(), stored.spec(), TenantRules.MOVING);
            CommitResult result = directory.commit(new Transaction(
                    List.of(
                            taking,
                            new Precondition.AtRevision(entry.key(), entry.revision()),
                            last.<Precondition>map(e -> new Precondition.AtRevision(e.key(), e.revision()))
                                    .orElse(new Precondition.Absent(MoveRecord.key(tenant)))),
                    List.of(
                            new Operation.Put(MoveRecord.key(tenant), begun.bytes()),
                            new Operation.Put(entry.key(), shop.encode(moving, 0)))));
            if (result instanceof CommitResult.Committed) {
                return begun.shown();
            }
        }
    }

    private static void requireAtRest(TenantId tenant, Tenant stored, Optional<Entry> last) {
        if (stored.metadata().deletionTimestamp() != null) {
            throw new ResourceException(Reason.CONFLICT, "tenant " + tenant + " is being deleted");
        }
        last.map(MoveRecord::of).filter(m -> !m.state().isOver()).ifPresent(m -> {
            throw new ResourceException(
                    Reason.CONFLICT,
                    "tenant " + tenant + " is being moved from " + m.from() + " to " + m.to()
                            + "; wait, or give that up with kochab:tenant-move " + tenant + " --abort");
        });
    }

    @Override
    public TenantMove abort(TenantId tenant) {
        while (true) {
            Entry entry = directory
                    .read(p -> p.get(MoveRecord.key(tenant)))
                    .filter(e -> !MoveRecord.of(e).state().isOver())
                    .orElseThrow(
                            () -> new ResourceException(Reason.NOT_FOUND, "tenant " + tenant + " is not being moved"));
            MoveRecord move = MoveRecord.of(entry);
            if (move.state() == State.SWITCHING) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        "tenant " + tenant + " has been handed over to " + move.to()
                                + " already; move it back when that is done");
            }
            if (move.state() == State.ABORTING) {
                return move.shown();
            }
            MoveRecord next = move.in(State.ABORTING, "asked for");
            if (directory.commit(Transaction.update(entry.key(), next.bytes(), entry.revision()))
                    instanceof CommitResult.Committed) {
                return next.shown();
            }
        }
    }

    @Override
    public Optional<TenantMove> await(TenantId tenant, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        String key = MoveRecord.key(tenant);
        while (true) {
            try (Watch watch = directory.read(p -> watch(p, key))) {
                Optional<TenantMove> now = directory.read(p -> p.get(key)).map(e -> MoveRecord.of(e)
                        .shown());
                long left = end - System.nanoTime();
                if (now.isEmpty() || now.get().state().isOver() || left <= 0) {
                    return now;
                }
                watch.poll(Duration.ofNanos(left));
            } catch (GoneException | NotLeaderException e) {
                // Looked at again, by the next leader's word.
            }
        }
    }

    private static Watch watch(Partition p, String key) {
        try {
            return p.watch(key, p.revision());
        } catch (GoneException e) {
            throw new NotLeaderException(p.id());
        }
    }
}
