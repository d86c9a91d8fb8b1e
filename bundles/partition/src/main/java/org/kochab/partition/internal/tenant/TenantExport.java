package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.Fence.Role;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.Versions;

/** The source's side of a move, run by its leader. One thread. */
final class TenantExport implements AutoCloseable {
    private final MoveRecord move;
    private final TenantId tenant;
    private final Partition source;
    private final Committer committer;
    private final Map<String, byte @Nullable []> pending = new TreeMap<>();
    private final Set<String> keys = new HashSet<>();
    private @Nullable Watch watch;
    private long seen;

    TenantExport(MoveRecord move, Partition source, Clock clock) {
        this.move = move;
        this.tenant = new TenantId(move.tenant());
        this.source = source;
        this.committer = Committer.of(source, clock);
    }

    /** What makes a copy that has {@code present} equal to the tenant as it is now; from here on its changes are followed. */
    Map<String, byte @Nullable []> difference(Map<String, byte[]> present) throws GoneException {
        seen = source.revision();
        watch = source.watch("", seen);
        Map<String, byte @Nullable []> difference = new TreeMap<>();
        Map<String, byte[]> extra = new HashMap<>(present);
        for (Entry e : TenantKeys.all(source, tenant, seen)) {
            if (e.key().equals(Home.key(tenant))) {
                continue;
            }
            keys.add(e.key());
            byte[] value = Versions.moved(e);
            if (!java.util.Arrays.equals(value, extra.remove(e.key()))) {
                difference.put(e.key(), value);
            }
        }
        extra.keySet().forEach(key -> difference.put(key, null));
        return difference;
    }

    /** Takes the changes that came since. */
    void follow() {
        Watch from = watch;
        if (from == null) {
            throw new IllegalStateException("nothing is followed yet");
        }
        try {
            for (List<WatchEvent> events = from.poll(); !events.isEmpty(); events = from.poll()) {
                events.forEach(this::take);
            }
        } catch (GoneException e) {
            throw new TenantImport.Superseded("the copy was too slow: " + e.getMessage());
        }
    }

    private void take(WatchEvent event) {
        seen = event.revision();
        if (event instanceof WatchEvent.Put put && isMoved(put.entry().key())) {
            keys.add(put.entry().key());
            pending.put(put.entry().key(), Versions.moved(put.entry()));
        } else if (event instanceof WatchEvent.Deleted gone
                && isMoved(gone.previous().key())) {
            keys.remove(gone.previous().key());
            pending.put(gone.previous().key(), null);
        }
    }

    private boolean isMoved(String key) {
        return TenantKeys.isOf(key, tenant) && !key.equals(Home.key(tenant));
    }

    /** What changed since the last call. */
    Map<String, byte @Nullable []> takePending() {
        follow();
        Map<String, byte @Nullable []> taken = new TreeMap<>(pending);
        pending.clear();
        return taken;
    }

    /** Whether all that was committed up to a revision has been followed. */
    boolean hasSeen(long revision) {
        follow();
        return seen >= revision;
    }

    private Optional<Entry> fence() {
        return source.get(Fence.key(tenant));
    }

    private static boolean isOut(Optional<Entry> fence, MoveRecord move) {
        return fence.map(e -> Fence.read(e.value()))
                .filter(f -> f.role() == Role.OUT && f.move().equals(move.id()))
                .isPresent();
    }

    long era() {
        return Home.of(source.get(Home.key(tenant))).era();
    }

    /** How many keys were there, as far as this knows. */
    long count() {
        return keys.size();
    }

    /** Closes the tenant: it changes no more. @return the revision at which it was closed */
    long freeze() {
        if (!isOut(fence(), move)) {
            Fence out = new Fence(Role.OUT, move.id(), era(), move.to(), 0);
            committed(new Transaction(
                    List.of(new Precondition.Absent(Fence.key(tenant))),
                    List.of(new Operation.Put(Fence.key(tenant), out.bytes()))));
        }
        return fence().orElseThrow().createRevision();
    }

    /** Opens it again, if it was closed for this move. */
    void thaw() {
        Optional<Entry> fence = fence();
        if (isOut(fence, move)) {
            committed(Transaction.delete(fence.get().key(), fence.get().revision()));
        }
    }

    /** Says where the tenant is now; watchers who wait go there. */
    void leave(long era, long since) {
        Optional<Entry> fence = fence();
        if (isOut(fence, move)) {
            Fence away = new Fence(Role.AWAY, move.id(), era, move.to(), since);
            committed(Transaction.update(
                    fence.get().key(), away.bytes(), fence.get().revision()));
        }
    }

    /** Deletes what is left of it here. */
    void clear() throws GoneException {
        Entry fence = fence().orElseThrow();
        List<Chunks.Change> deletes = new ArrayList<>();
        for (Entry e : TenantKeys.all(source, tenant, source.revision())) {
            deletes.add(new Chunks.Change(
                    List.of(new Precondition.AtRevision(fence.key(), fence.revision())),
                    List.of(new Operation.Delete(e.key()))));
        }
        for (List<Chunks.Change> chunk : Chunks.divide(deletes)) {
            committed(Chunks.together(chunk));
        }
    }

    private void committed(Transaction transaction) {
        CommitResult result = committer.commit(transaction);
        if (!(result instanceof CommitResult.Committed)) {
            throw new TenantImport.Superseded("partition " + source.id() + " answered " + result);
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
