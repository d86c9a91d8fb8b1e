package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Bindings;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.OwnerIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows every object of a tenant partition: keeps the index of owners, and tells of each change. Whoever asks the index first waits until it
 * has seen all that was committed before. Thread-safe.
 */
final class OwnerView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerView.class);
    private static final int PAGE = 2_000;
    private static final int MOST_LISTINGS = 10;

    /**
     * A change of one object.
     *
     * @param gone whether it was removed; then it is as it was
     * @param binding whether it is a pod that got its node
     */
    record Change(Kind kind, String key, Resource object, boolean gone, boolean binding) {}

    private final Workshop shop;
    private final Partition partition;
    private final Consumer<Change> changed;
    private final Map<String, Kind> kinds = new TreeMap<>();
    private final OwnerIndex index = new OwnerIndex();
    private final Consumer<TenantId> opened;
    private final Runnable available;
    private @Nullable Watch watch;
    private long seen;

    /**
     * @param opened told of a tenant whose fence is lifted; must return soon
     * @param changed told of each change, on whichever thread saw it first; must return soon
     * @param available told when there may be something to {@link #follow}
     */
    OwnerView(
            Workshop shop,
            Partition partition,
            Consumer<Change> changed,
            Consumer<TenantId> opened,
            Runnable available) {
        this.shop = shop;
        this.partition = partition;
        this.changed = changed;
        this.opened = opened;
        this.available = available;
        for (Kind kind : shop.rules().kinds()) {
            if (kind.scope() != Kind.Scope.PLATFORM && kind != Kind.EVENT) {
                kinds.put(kind.plural(), kind);
            }
        }
    }

    /** Takes what there is. */
    synchronized void follow() {
        try {
            take(following().poll());
        } catch (GoneException e) {
            close();
            available.run();
        }
    }

    private Watch following() throws GoneException {
        Watch now = watch;
        return now == null ? begin() : now;
    }

    private Watch begin() throws GoneException {
        index.clear();
        long from = partition.revision();
        Watch begun = partition.watch("", from);
        try {
            for (Kind kind : kinds.values()) {
                read(ObjectKeys.all(kind));
            }
            for (String custom : ObjectKeys.CUSTOM) {
                read(custom);
            }
            seen = from;
            watch = begun;
        } finally {
            if (watch != begun) {
                begun.close();
            }
        }
        begun.onAvailable(available);
        return begun;
    }

    private void read(String prefix) throws GoneException {
        ListPage page = partition.list(prefix, PAGE);
        page.entries().forEach(this::put);
        while (page.next().isPresent()) {
            page = partition.list(prefix, PAGE, page.next().get());
            page.entries().forEach(this::put);
        }
    }

    /** Keys of all objects below a prefix. */
    List<String> keys(String prefix) {
        while (true) {
            try {
                List<String> keys = new ArrayList<>();
                ListPage page = partition.list(prefix, PAGE);
                while (true) {
                    page.entries().forEach(e -> keys.add(e.key()));
                    if (page.next().isEmpty()) {
                        return keys;
                    }
                    page = partition.list(prefix, PAGE, page.next().get());
                }
            } catch (GoneException e) {
                LOG.debug("listing {} of {} once more: {}", prefix, partition.id(), e.getMessage());
            }
        }
    }

    private void take(List<WatchEvent> events) {
        for (WatchEvent event : events) {
            seen = Math.max(seen, event.revision());
            if (event instanceof WatchEvent.Put put) {
                put(put.entry(), put.previous());
            } else if (event instanceof WatchEvent.Deleted gone) {
                String key = gone.previous().key();
                Kind kind = kind(gone.previous());
                if (key.startsWith(Fences.PREFIX)) {
                    opened.accept(new TenantId(key.substring(Fences.PREFIX.length())));
                }
                if (kind != null) {
                    index.remove(key);
                    changed.accept(new Change(kind, key, shop.decoded().former(gone.previous(), kind), true, false));
                }
            }
        }
    }

    private void put(Entry entry) {
        put(entry, Optional.empty());
    }

    private void put(Entry entry, Optional<Entry> previous) {
        Kind kind = kind(entry);
        if (kind == null) {
            return;
        }
        Resource object = shop.decoded().decode(entry, kind);
        index.put(entry.key(), object.metadata().ownerReferences());
        boolean binding = object instanceof Pod pod && Bindings.isOne(previous.map(Entry::value), pod);
        changed.accept(new Change(kind, entry.key(), object, false, binding));
    }

    private @Nullable Kind kind(Entry entry) {
        String key = entry.key();
        if (ObjectKeys.isCustom(key)) {
            return StoredKinds.kind(entry, shop.decoded()).orElse(null);
        }
        int slash = key.indexOf('/');
        return slash < 0 ? null : kinds.get(key.substring(0, slash));
    }

    /** Keys of an owner's objects, as of all that was committed before this call. */
    synchronized List<String> dependents(String ownerUid, String prefix) {
        catchUp(partition.revision());
        return index.dependents(ownerUid, prefix);
    }

    /** The leader's own watch has a transaction's events before its revision is told: once there are none, those before it are seen. */
    private void catchUp(long wanted) {
        int listings = 0;
        boolean behind = true;
        while (behind) {
            try {
                List<WatchEvent> events = following().poll();
                take(events);
                behind = seen < wanted && !events.isEmpty();
            } catch (GoneException e) {
                close();
                if (++listings == MOST_LISTINGS) {
                    throw new ResourceException(
                            Reason.BUSY,
                            "partition " + partition.id() + " changes faster than its owners are read; try again");
                }
            }
        }
    }

    /** Keys of an owner's objects as far as seen, of any kind. */
    synchronized List<String> known(String ownerUid) {
        return index.dependents(ownerUid, "");
    }

    /** Empty if it is not there any more. */
    Optional<Kind> kindOf(String key) {
        return partition.get(key).map(this::kind);
    }

    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
