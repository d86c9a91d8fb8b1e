package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.GoneException;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Documents;
import org.kochab.gateway.internal.core.FieldSelector;
import org.kochab.gateway.internal.core.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches as streams of lines. Two threads serve all of them, some events of each in turn: a watch is read when there is something to read and its client keeps up. One that does not keep
 * up falls out of the partition's history, and is told so.
 */
final class Watches {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
    private static final int THREADS = 2;
    private static final long USUAL_SECONDS = 1_800;
    private static final long MOST_SECONDS = 3_600;
    private static final List<String> FROM_NOW = List.of("", "0");

    private final Services services;
    private final Objects objects;
    private final Shares places;
    private final Rechecks rechecks;
    /** A watch has at most one task here. */
    private final ExecutorService threads;

    Watches(Services services, Objects objects, Shares places, Rechecks rechecks) {
        this.rechecks = rechecks;
        this.services = services;
        this.objects = objects;
        this.places = places;
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "kochab-api-watch-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    void close() {
        threads.shutdownNow();
    }

    static ApiError full(TenantId tenant) {
        return ApiError.tooMany(
                "tenant " + tenant
                        + " has as many watches and logs at this member as it may have (limit.tenantWatches), or all have together (limit.watches): end some, or try again later");
    }

    /** @param attempt what was allowed */
    void begin(Asked asked, Attempt attempt, Exchange exchange) {
        FieldSelector fields = FieldSelector.of(asked.request().parameter("fieldSelector"));
        fields.requireWatchable();
        Query query = Objects.query(asked, fields);
        if (asked.name() != null) {
            query = query.withFields(Map.of("metadata.name", asked.name()));
        }
        Documents documents = Documents.of(services.codec(), asked.served(), asked.request());
        Long seconds = asked.request().number("timeoutSeconds", 0);
        TenantId owner = asked.caller().tenant();
        if (!places.take(owner)) {
            throw full(owner);
        }
        ResourceWatch watch;
        Objects.Listed first = null;
        try {
            String version = asked.request().text("resourceVersion");
            if (FROM_NOW.contains(version)) {
                first = objects.all(asked, query);
                version = first.version();
            }
            watch = services.resources().watch(asked.tenant(), asked.kind(), query, version);
        } catch (RuntimeException e) {
            places.giveBack(owner);
            throw e;
        }
        Exchange.Stream stream = exchange.stream(Exchange.JSON);
        stream.onEnd(() -> {
            watch.close();
            places.giveBack(owner);
        });
        Line line = new Line(watch, stream, documents, fields, asked.request().flag("allowWatchBookmarks"));
        rechecks.keep(asked.caller(), attempt, stream, line::error);
        line.begin(first == null ? List.of() : first.items());
        // However short, it has what there was when it began.
        stream.endAfter(Math.min(seconds == null || seconds == 0 ? USUAL_SECONDS : seconds, MOST_SECONDS));
    }

    /** One watch. Its signals come from many threads; it is read by one at a time. */
    private final class Line {
        private final ResourceWatch watch;
        private final Exchange.Stream stream;
        private final Documents documents;
        private final FieldSelector fields;
        private final boolean bookmarks;
        private final AtomicInteger signals = new AtomicInteger();

        Line(
                ResourceWatch watch,
                Exchange.Stream stream,
                Documents documents,
                FieldSelector fields,
                boolean bookmarks) {
            this.watch = watch;
            this.stream = stream;
            this.documents = documents;
            this.fields = fields;
            this.bookmarks = bookmarks;
        }

        /** @param before what there was when the watch began */
        void begin(List<Resource> before) {
            try {
                before.forEach(r -> send("ADDED", r));
                stream.onWritable(this::signal);
                watch.onAvailable(this::signal);
            } catch (RuntimeException e) {
                failed(e);
            }
        }

        private void failed(RuntimeException e) {
            LOG.warn("a watch of {} ended", documents.kind().plural(), e);
            error(ApiError.internal());
        }

        void signal() {
            if (signals.getAndIncrement() == 0) {
                try {
                    threads.execute(this::read);
                } catch (RejectedExecutionException e) {
                    stream.end();
                }
            }
        }

        private void read() {
            try {
                int seen = signals.get();
                List<ResourceEvent> events = stream.isWritable() ? watch.poll(Duration.ZERO) : List.of();
                events.forEach(this::event);
                // What comes next waits for the others' turns.
                if (!events.isEmpty() || signals.addAndGet(-seen) > 0) {
                    threads.execute(this::read);
                }
            } catch (RejectedExecutionException e) {
                stream.end();
            } catch (GoneException e) {
                error(new ApiError(410, "Expired", "too old resource version: " + e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stream.end();
            } catch (RuntimeException e) {
                failed(e);
            }
        }

        private void error(ApiError error) {
            line(Documents.event("ERROR", error.status(null)));
            stream.end();
        }

        private void event(ResourceEvent event) {
            if (event instanceof ResourceEvent.Added added) {
                send("ADDED", added.resource());
            } else if (event instanceof ResourceEvent.Modified modified) {
                send("MODIFIED", modified.resource());
            } else if (event instanceof ResourceEvent.Deleted deleted) {
                send("DELETED", deleted.last());
            } else if (bookmarks && event instanceof ResourceEvent.Bookmark mark) {
                line(Documents.event("BOOKMARK", documents.bookmark(mark.resourceVersion())));
            }
        }

        private void send(String type, Resource resource) {
            if (fields.left().isEmpty() || fields.matches(Documents.json(services.codec(), resource))) {
                line(Documents.event(
                        type, documents.one(resource, services.clock().get())));
            }
        }

        private void line(ObjectNode event) {
            byte[] json = Json.bytes(event);
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            stream.send(line);
        }
    }
}
