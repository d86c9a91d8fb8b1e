package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Partition;
import org.kochab.partition.internal.core.tenant.Changes.Next;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.PodDesk;
import org.kochab.partition.internal.core.tenant.PodNews;
import org.kochab.partition.internal.core.tenant.PodRecord;

/**
 * Stores what the desk wants of its pods: many a transaction, a few transactions under way, without waiting. What somebody else changed
 * meanwhile is looked at again. Used by the pod thread only.
 */
final class PodWrites {
    private static final int MOST_A_TRANSACTION = 1_000;
    private static final int MOST_UNDER_WAY = 8;
    private static final Duration AFTER_UNKNOWN = Duration.ofMillis(500);

    private final Workshop shop;
    private final Partition partition;
    private final PodDesk desk;
    private final Inbox inbox;
    private final EventRecorder events;
    private int underWay;

    PodWrites(Workshop shop, Partition partition, PodDesk desk, Inbox inbox, EventRecorder events) {
        this.events = events;
        this.shop = shop;
        this.partition = partition;
        this.desk = desk;
        this.inbox = inbox;
    }

    private record Write(
            PodRecord pod,
            Chunks.Change change,
            String key,
            byte @Nullable [] bytes,
            Pod image,
            Optional<PodNews> news) {}

    void submit() {
        while (desk.hasDirty() && underWay < MOST_UNDER_WAY) {
            List<PodRecord> pods = desk.takeDirty(MOST_A_TRANSACTION);
            if (pods.isEmpty()) {
                return;
            }
            List<Write> writes = new ArrayList<>(pods.size());
            for (PodRecord r : pods) {
                Write w = write(r);
                if (w == null) {
                    desk.written(r, false);
                } else {
                    writes.add(w);
                }
            }
            for (List<Write> chunk : divide(writes)) {
                submit(chunk);
            }
        }
    }

    private static List<List<Write>> divide(List<Write> writes) {
        List<List<Write>> result = new ArrayList<>();
        int at = 0;
        for (List<Chunks.Change> part :
                Chunks.divide(writes.stream().map(Write::change).toList())) {
            result.add(writes.subList(at, at + part.size()));
            at += part.size();
        }
        return result;
    }

    private @Nullable Write write(PodRecord r) {
        Optional<Entry> entry = partition.get(r.key());
        if (entry.isEmpty()) {
            return null;
        }
        Entry e = entry.get();
        Pod current = (Pod) shop.decoded().decode(e, Kind.POD);
        Next next = desk.image(r, current, shop.now());
        if (next instanceof Next.Store store) {
            Pod pod = (Pod) store.object();
            TenantId tenant = new TenantId(String.valueOf(pod.metadata().tenant()));
            long era = Home.of(partition.get(Home.key(tenant))).era();
            byte[] bytes = shop.decoded().encode(pod, era);
            return new Write(
                    r,
                    Chunks.Change.put(e.key(), bytes, e.revision()),
                    e.key(),
                    bytes,
                    pod,
                    desk.news(r, current, pod));
        }
        if (next instanceof Next.Remove remove) {
            return new Write(
                    r,
                    Chunks.Change.delete(e.key(), e.revision()),
                    e.key(),
                    null,
                    (Pod) remove.object(),
                    Optional.empty());
        }
        return null;
    }

    private void submit(List<Write> writes) {
        underWay++;
        List<Chunks.Change> changes = new ArrayList<>(writes.size());
        for (Write w : writes) {
            changes.add(w.change);
            if (w.bytes != null) {
                shop.decoded().coming(w.key, w.bytes, w.image);
            }
        }
        partition
                .submit(Chunks.together(changes))
                .whenComplete((result, failure) -> inbox.post(() -> {
                    underWay--;
                    done(writes, result);
                }));
    }

    private void done(List<Write> writes, CommitResult result) {
        if (result instanceof CommitResult.Committed c) {
            for (Write w : writes) {
                if (w.bytes != null) {
                    w.news.ifPresent(n -> events.record(w.image, n.type(), n.reason(), n.message()));
                    shop.decoded().stored(w.key, w.bytes, c.revision(), w.image);
                }
                desk.written(w.pod, false);
            }
            return;
        }
        for (Write w : writes) {
            if (w.bytes != null) {
                shop.decoded().notComing(w.key, w.bytes);
            }
        }
        if (result instanceof CommitResult.Conflict && writes.size() > 1) {
            // One of them was changed by somebody else: the others are not to wait for it, and other tenants' are not
            // to be divided for it.
            Collection<List<Write>> tenants = writes.stream()
                    .collect(Collectors.groupingBy(
                            w -> ObjectKeys.tenantOf(w.key), LinkedHashMap::new, Collectors.toList()))
                    .values();
            if (tenants.size() > 1) {
                tenants.forEach(this::submit);
            } else {
                writes.forEach(w -> submit(List.of(w)));
            }
        } else if (result instanceof CommitResult.Conflict) {
            writes.forEach(w -> desk.written(w.pod, true));
        } else {
            Duration wait = result instanceof CommitResult.Busy busy ? busy.retryAfter() : AFTER_UNKNOWN;
            inbox.post(wait, () -> writes.forEach(w -> desk.written(w.pod, true)));
        }
    }
}
