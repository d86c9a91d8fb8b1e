package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Resource;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.Selection;

/** Turns the events of keys into the events of a query. One thread reads; any may close. */
final class ObjectWatch implements ResourceWatch {
    /** Where events come from. */
    interface Source {
        List<WatchEvent> poll() throws GoneException;

        void onAvailable(Runnable signal);

        void close();

        static Source of(Watch watch) {
            return new Source() {
                @Override
                public List<WatchEvent> poll() throws GoneException {
                    return watch.poll();
                }

                @Override
                public void onAvailable(Runnable signal) {
                    watch.onAvailable(signal);
                }

                @Override
                public void close() {
                    watch.close();
                }
            };
        }
    }

    private final List<Source> sources;
    private final Decoded decoded;
    private final Kind kind;
    private final Selection selection;
    private final Semaphore available = new Semaphore(0);
    private volatile @Nullable Runnable signal;
    private volatile boolean closed;

    ObjectWatch(List<Source> sources, Decoded decoded, Kind kind, Selection selection) {
        this.sources = List.copyOf(sources);
        this.decoded = decoded;
        this.kind = kind;
        this.selection = selection;
        this.sources.forEach(s -> s.onAvailable(this::arrived));
    }

    private void arrived() {
        available.release();
        Runnable run = signal;
        if (run != null) {
            run.run();
        }
    }

    @Override
    public void onAvailable(Runnable run) {
        signal = run;
        if (available.availablePermits() > 0) {
            run.run();
        }
    }

    @Override
    public List<ResourceEvent> poll(Duration timeout) throws GoneException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!closed) {
            available.drainPermits();
            List<ResourceEvent> events = new ArrayList<>();
            for (Source source : sources) {
                for (WatchEvent event : poll(source)) {
                    add(event, events);
                }
            }
            long left = end - System.nanoTime();
            if (!events.isEmpty() || left <= 0) {
                return events;
            }
            available.tryAcquire(left, TimeUnit.NANOSECONDS);
        }
        return List.of();
    }

    private static List<WatchEvent> poll(Source source) throws GoneException {
        try {
            return source.poll();
        } catch (NotLeaderException e) {
            throw new GoneException(e.getMessage() + "; list again, then watch from there", 0);
        }
    }

    /** What a resource manager still has of a node, or forgets of it, that another one has. */
    private boolean isElsewhere(Entry entry) {
        return kind == Kind.NODE && NodeKeys.isMoved((Node) decoded.former(entry, kind));
    }

    private void add(WatchEvent event, List<ResourceEvent> events) {
        if (event instanceof WatchEvent.Put put && isElsewhere(put.entry())
                || event instanceof WatchEvent.Deleted gone && isElsewhere(gone.previous())) {
            return;
        }
        if (event instanceof WatchEvent.Put put) {
            // The former first: it may still be remembered.
            boolean was = put.previous().map(this::matches).orElse(false);
            Resource now = decoded.decode(put.entry(), kind);
            boolean is = selection.matches(now);
            if (is) {
                events.add(was ? new ResourceEvent.Modified(now) : new ResourceEvent.Added(now));
            } else if (was) {
                events.add(
                        new ResourceEvent.Deleted(decoded.former(put.previous().get(), kind)));
            }
        } else if (event instanceof WatchEvent.Deleted gone) {
            if (matches(gone.previous())) {
                events.add(new ResourceEvent.Deleted(decoded.former(gone.previous(), kind)));
            }
        } else if (sources.size() == 1) {
            events.add(new ResourceEvent.Bookmark(Long.toString(event.revision())));
        }
    }

    private boolean matches(Entry entry) {
        return selection.isAll() || selection.mayMatch(entry.value()) && selection.matches(decoded.former(entry, kind));
    }

    @Override
    public void close() {
        closed = true;
        sources.forEach(Source::close);
        arrived();
    }
}
