package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.Fence.Role;
import org.kochab.partition.internal.core.tenant.Home;

/**
 * The target's side of a move: the tenant's copy behind a fence, until it is complete. Every write names the fence's revision; whoever takes the move up
 * again puts the fence anew, so whoever had it before can write no more. One thread.
 */
final class TenantImport {
    /** Somebody else has taken the move up, or it is not what was thought: look at its record again. */
    static final class Superseded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Superseded(String why) {
            super(why);
        }
    }

    private final MoveRecord move;
    private final TenantId tenant;
    private final Committer target;
    private long fence;
    /** The era of a tenant of this name that was there before. */
    private long formerEra;

    TenantImport(MoveRecord move, Committer target) {
        this.move = move;
        this.tenant = new TenantId(move.tenant());
        this.target = target;
    }

    private Optional<Entry> fence() {
        return target.read(p -> p.get(Fence.key(tenant)));
    }

    private boolean isOurs(Fence f) {
        return f.role() == Role.IN && f.move().equals(move.id());
    }

    /**
     * Closes the tenant at the target, for this caller to fill. A late caller, whose move others have finished meanwhile, closes nothing: then the
     * fence or the home is another one than before {@code requireCurrent}.
     *
     * @param requireCurrent throws if the directory does not say that this move is under way
     */
    void begin(Runnable requireCurrent) {
        Optional<Entry> found = fence();
        Home home = target.read(p -> Home.of(p.get(Home.key(tenant))));
        requireCurrent.run();
        if (found.filter(e -> Fence.read(e.value()).role() == Role.OUT).isPresent()) {
            throw new Superseded("partition " + move.to() + " is busy with another move of the tenant");
        }
        // One for another move that comes: that is over, its caller was late.
        close(found, List.of(home.here(tenant)));
    }

    /** @return the fence that stands now */
    private Fence close(Optional<Entry> found, List<Precondition> more) {
        Fence before = found.map(e -> Fence.read(e.value())).orElse(new Fence(Role.IN, move.id(), 0, "-", 0));
        Fence in = new Fence(Role.IN, move.id(), before.era(), before.partition(), before.since());
        formerEra = before.era();
        List<Precondition> as = new ArrayList<>(more);
        as.add(found.<Precondition>map(e -> new Precondition.AtRevision(e.key(), e.revision()))
                .orElse(new Precondition.Absent(Fence.key(tenant))));
        fence = committed(new Transaction(as, List.of(new Operation.Put(Fence.key(tenant), in.bytes()))));
        return in;
    }

    long formerEra() {
        return formerEra;
    }

    /** What is there already. */
    Map<String, byte[]> present() {
        Map<String, byte[]> present = new HashMap<>();
        everything().forEach(e -> present.put(e.key(), e.value()));
        return present;
    }

    private List<Entry> everything() {
        return target.read(p -> {
            while (true) {
                try {
                    return TenantKeys.all(p, tenant, p.revision());
                } catch (GoneException e) {
                    // Once more, at a later revision.
                }
            }
        });
    }

    /** Puts these values, and deletes where there is none. @param between called after each transaction */
    void apply(Map<String, byte @Nullable []> changes, Runnable between) {
        List<Chunks.Change> all = new ArrayList<>(changes.size());
        changes.forEach((key, value) -> {
            Operation o = value == null ? new Operation.Delete(key) : new Operation.Put(key, value);
            all.add(new Chunks.Change(List.of(new Precondition.AtRevision(Fence.key(tenant), fence)), List.of(o)));
        });
        for (List<Chunks.Change> chunk : Chunks.divide(all)) {
            committed(Chunks.together(chunk));
            between.run();
        }
    }

    private long committed(Transaction transaction) {
        CommitResult result = target.commit(transaction);
        if (result instanceof CommitResult.Committed c) {
            return c.revision();
        }
        throw new Superseded("the copy in partition " + move.to() + " was taken over: " + result);
    }

    /** Opens the tenant there, for it is complete and the directory says that it is there. @return since which revision it is */
    long activate(long era, long left) {
        Optional<Entry> found = fence();
        if (found.isEmpty()) {
            Home home = target.read(p -> Home.of(p.get(Home.key(tenant))));
            if (home.era() != era) {
                throw new Superseded("partition " + move.to() + " has the tenant in era " + home.era());
            }
            return home.since();
        }
        Entry in = found.get();
        if (!isOurs(Fence.read(in.value()))) {
            throw new Superseded("partition " + move.to() + " is busy with another move of the tenant");
        }
        return committed(new Transaction(
                List.of(new Precondition.AtRevision(in.key(), in.revision())),
                List.of(new Operation.Delete(in.key()), new Operation.Put(Home.key(tenant), Home.bytes(era, left)))));
    }

    /** Clears the copy away. */
    void rollBack() {
        Optional<Entry> found = fence();
        if (found.isEmpty() || !isOurs(Fence.read(found.get().value()))) {
            return;
        }
        Fence in = close(found, List.of());
        Map<String, byte @Nullable []> deletes = new HashMap<>();
        everything().forEach(e -> deletes.put(e.key(), null));
        apply(deletes, () -> {});
        Operation lift = in.era() == 0
                ? new Operation.Delete(Fence.key(tenant))
                : new Operation.Put(
                        Fence.key(tenant),
                        new Fence(Role.AWAY, move.id(), in.era(), in.partition(), in.since()).bytes());
        committed(new Transaction(List.of(new Precondition.AtRevision(Fence.key(tenant), fence)), List.of(lift)));
    }
}
