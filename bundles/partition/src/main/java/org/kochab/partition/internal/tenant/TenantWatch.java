package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.Versions;
import org.kochab.partition.internal.remote.OpenReads;

/**
 * The events of one tenant, wherever it moves. The tenant's fence ends the watch of a partition exactly at the last event before it; the watch
 * of the next partition begins at the revision from which on the tenant is there, when it is there just as it was at the fence. Bookmarks carry
 * versions. One thread polls; any may close. A poll may ask other members.
 */
final class TenantWatch implements ObjectWatch.Source {
    private final TenantDirectory directory;
    private final TenantId tenant;
    private final String prefix;
    private Committer partition;
    private long era;
    /** All events up to this revision were given. */
    private long seen;
    /** Of the tenant's keys; or of its fence, while it waits for what becomes of the move. */
    private volatile Watch watch;

    private boolean waiting;
    private volatile @Nullable Runnable signal;
    private volatile boolean closed;

    private TenantWatch(
            TenantDirectory directory,
            TenantId tenant,
            String prefix,
            Committer partition,
            long era,
            long seen,
            Watch watch) {
        this.directory = directory;
        this.tenant = tenant;
        this.prefix = prefix;
        this.partition = partition;
        this.era = era;
        this.seen = seen;
        this.watch = watch;
    }

    /**
     * Watches from a version on.
     *
     * @throws ResourceException {@code GONE} if it is of a partition that the tenant has left since, or not kept any more
     * @throws FencedException if the tenant is not there now
     */
    static TenantWatch open(
            TenantDirectory directory, TenantId tenant, String prefix, Committer partition, long version) {
        return partition.read(p -> {
            Home home = Home.of(OpenReads.get(p, Home.key(tenant)));
            long revision = Versions.revision(version);
            long after;
            if (Versions.era(version) == home.era() && revision >= home.since()) {
                after = revision;
            } else if (Versions.era(version) == home.era() - 1 && revision >= home.left()) {
                after = home.since();
            } else {
                throw new ResourceException(
                        Reason.GONE,
                        "tenant " + tenant + " has moved to another partition since version " + version
                                + ": list again and watch from the list's version");
            }
            try {
                Watch watch = p.watch(prefix, after);
                if (Home.of(p.get(Home.key(tenant))).era() != home.era()) {
                    watch.close();
                    throw new FencedException("a move that has just ended");
                }
                return new TenantWatch(directory, tenant, prefix, partition, home.era(), after, watch);
            } catch (GoneException e) {
                throw new ResourceException(Reason.GONE, e.getMessage());
            }
        });
    }

    @Override
    public List<WatchEvent> poll() throws GoneException {
        while (!closed) {
            List<WatchEvent> events;
            try {
                events = watch.poll();
            } catch (NotLeaderException e) {
                reached(this::followFence);
                continue;
            }
            if (!waiting) {
                return given(events);
            }
            if (!reached(() -> followed(events))) {
                return List.of();
            }
        }
        return List.of();
    }

    private interface Step {
        boolean go() throws GoneException;
    }

    private boolean reached(Step step) throws GoneException {
        try {
            return step.go();
        } catch (ResourceException e) {
            throw new GoneException(e.getMessage() + "; then list again and watch from there", seen);
        }
    }

    private List<WatchEvent> given(List<WatchEvent> events) {
        List<WatchEvent> given = new ArrayList<>(events.size());
        for (WatchEvent event : events) {
            seen = event.revision();
            given.add(
                    event instanceof WatchEvent.Bookmark b
                            ? new WatchEvent.Bookmark(Versions.of(era, b.revision()))
                            : event);
        }
        return given;
    }

    /** The watch ended: by the tenant's fence, or because its leader went. */
    private boolean followFence() throws GoneException {
        boolean isHere = partition.read(p -> p.get(Fence.key(tenant)).isEmpty()
                && Home.of(p.get(Home.key(tenant))).era() == era);
        if (isHere) {
            reopen();
        } else {
            // What became of the fence is told in order, however often the tenant has moved meanwhile.
            long before = seen - 1;
            use(watched(partition, p -> p.watch(Fence.key(tenant), before)), true);
        }
        return true;
    }

    /** Goes on with the tenant's events where those of its fence say. @return whether it does not wait any more */
    private boolean followed(List<WatchEvent> fenceEvents) throws GoneException {
        for (WatchEvent event : fenceEvents) {
            if (event instanceof WatchEvent.Deleted gone
                    && gone.previous().key().equals(Fence.key(tenant))) {
                // The move was given up.
                reopen();
                return true;
            }
            if (event instanceof WatchEvent.Put put && put.entry().key().equals(Fence.key(tenant))) {
                Fence fence = Fence.read(put.entry().value());
                boolean isOut = fence.role() == Fence.Role.OUT && fence.era() == era;
                if (isOut && event.revision() > seen) {
                    // Not all before the fence has been seen: its watch ends there once more.
                    reopen();
                    return true;
                }
                if (fence.role() == Fence.Role.AWAY && fence.era() == era + 1) {
                    arrive(fence);
                    return true;
                }
                if (!isOut) {
                    throw new GoneException("tenant " + tenant + " has moved: list again and watch from there", seen);
                }
            }
        }
        return false;
    }

    /** A partition ends the watch at the first fence after {@code seen}, also when that was lifted since. */
    private void reopen() throws GoneException {
        use(watched(partition, p -> p.watch(prefix, seen)), false);
    }

    private void arrive(Fence fence) throws GoneException {
        Committer next = directory.objects(new PartitionId(fence.partition())).committer();
        Watch there = watched(next, p -> p.watch(prefix, fence.since()));
        partition = next;
        era = fence.era();
        seen = fence.since();
        use(there, false);
    }

    private interface Opening {
        Watch at(Partition p) throws GoneException;
    }

    private static Watch watched(Committer partition, Opening opening) throws GoneException {
        Object result = partition.read(p -> {
            try {
                return opening.at(p);
            } catch (GoneException e) {
                return e;
            }
        });
        if (result instanceof GoneException gone) {
            throw gone;
        }
        return (Watch) result;
    }

    private void use(Watch next, boolean isFence) {
        watch.close();
        watch = next;
        waiting = isFence;
        Runnable run = signal;
        if (run != null) {
            next.onAvailable(run);
        }
        if (closed) {
            next.close();
        }
    }

    @Override
    public void onAvailable(Runnable run) {
        signal = run;
        watch.onAvailable(run);
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
    }
}
