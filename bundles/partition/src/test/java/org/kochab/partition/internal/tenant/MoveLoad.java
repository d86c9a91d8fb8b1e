package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;

/**
 * Writers that remember each answer they got, and watchers that remember each event. Every key has one writer, so its history is known exactly: what was
 * acknowledged, with its versions, is what each watcher must have seen, no more, no less, in that order.
 */
final class MoveLoad implements AutoCloseable {
    /** What is written: a kind that nobody but the test changes, unless it is old, and that goes at once when it is deleted. */
    static final String EVENT =
            """
            apiVersion: v1
            kind: Event
            metadata: {name: e, namespace: default}
            involvedObject: {apiVersion: v1, kind: Pod, namespace: default, name: p}
            type: Normal
            reason: Tried
            message: by a test
            lastTimestamp: 2999-01-01T00:00:00Z
            """;

    private static final String LAST = "last";

    private final TenantId tenant;
    private final List<ResourceService> services;
    private final Supplier<Resource> template;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** By key: what was acknowledged, as {@code KIND VERSION}. */
    private final Map<String, List<String>> acknowledged = new ConcurrentHashMap<>();

    private final List<Future<?>> writers = new ArrayList<>();
    private final List<Future<Map<String, List<String>>>> watchers = new ArrayList<>();
    private final LongAdder changes = new LongAdder();
    private volatile boolean stop;
    private volatile long longestNanos;

    /** @param services of several members; used in turn */
    MoveLoad(TenantId tenant, List<ResourceService> services, Supplier<Resource> template) {
        this.tenant = tenant;
        this.services = services;
        this.template = template;
    }

    void start(int writing, int watching) {
        for (int i = 0; i < watching; i++) {
            ResourceService service = services.get(i % services.size());
            Query query = i % 2 == 0 ? Query.namespace("default") : Query.namespace(null);
            String from = service.list(tenant, Kind.EVENT, query).resourceVersion();
            ResourceWatch watch = service.watch(tenant, Kind.EVENT, query, from);
            watchers.add(threads.submit(() -> watch(watch)));
        }
        for (int i = 0; i < writing; i++) {
            String name = "w" + i;
            ResourceService service = services.get(i % services.size());
            writers.add(threads.submit(() -> write(service, name)));
        }
    }

    private void write(ResourceService service, String writer) {
        for (int i = 0; !stop; i++) {
            String name = writer + "-" + i % 7;
            long began = System.nanoTime();
            List<String> history = acknowledged.computeIfAbsent(name, k -> new ArrayList<>());
            // What it changes must be as it was last acknowledged: neither lost nor doubled by a move.
            ResourceRef ref = new ResourceRef(tenant, Kind.EVENT, "default", name);
            Optional<Resource> now = service.get(ref);
            if (now.isEmpty()) {
                assertThat(history.isEmpty() || history.get(history.size() - 1).startsWith("Deleted"))
                        .as(name + " is missing after " + history)
                        .isTrue();
                Resource created = service.create(tenant, named(name));
                history.add("Added " + version(created));
            } else if (i % 5 == 4) {
                Resource deleted = service.delete(ref, DeleteOptions.DEFAULT);
                history.add("Deleted " + version(deleted));
            } else {
                assertThat(history.get(history.size() - 1)).endsWith(" " + version(now.get()));
                ObjectMeta meta = now.get().metadata();
                Resource updated = service.update(
                        tenant, now.get().withMetadata(meta.withLabels(Map.of("n", Integer.toString(i)))));
                history.add("Modified " + version(updated));
            }
            changes.increment();
            longestNanos = Math.max(longestNanos, System.nanoTime() - began);
        }
    }

    private Resource named(String name) {
        Resource plain = template.get();
        return plain.withMetadata(ObjectMeta.named(name).withPlace(tenant.value(), "default"));
    }

    private static String version(Resource r) {
        return String.valueOf(r.metadata().resourceVersion());
    }

    private static Map<String, List<String>> watch(ResourceWatch watch) throws Exception {
        Map<String, List<String>> seen = new TreeMap<>();
        try (watch) {
            while (true) {
                for (ResourceEvent e : watch.poll(Duration.ofSeconds(1))) {
                    if (!(e instanceof ResourceEvent.Bookmark)) {
                        Resource r = e instanceof ResourceEvent.Added a
                                ? a.resource()
                                : e instanceof ResourceEvent.Modified m
                                        ? m.resource()
                                        : ((ResourceEvent.Deleted) e).last();
                        String name = String.valueOf(r.metadata().name());
                        if (name.equals(LAST)) {
                            return seen;
                        }
                        seen.computeIfAbsent(name, k -> new ArrayList<>())
                                .add(e.getClass().getSimpleName() + " " + version(r));
                    }
                }
            }
        }
    }

    /** Waits until so many more changes are acknowledged. */
    void await(int more) {
        long all = changes.sum() + more;
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> changes.sum() >= all || writers.stream().anyMatch(Future::isDone));
    }

    /** Ends the writing, and compares. @return how many changes there were */
    int check() throws Exception {
        stop = true;
        for (Future<?> w : writers) {
            w.get(60, TimeUnit.SECONDS);
        }
        services.get(0).create(tenant, named(LAST));
        Map<String, List<String>> wanted = new TreeMap<>(acknowledged);
        for (Future<Map<String, List<String>>> w : watchers) {
            assertThat(w.get(60, TimeUnit.SECONDS)).isEqualTo(wanted);
        }
        wanted.values().forEach(MoveLoad::requireAscending);
        return wanted.values().stream().mapToInt(List::size).sum();
    }

    private static void requireAscending(List<String> history) {
        long last = 0;
        for (String line : history) {
            long version = Long.parseLong(line.substring(line.indexOf(' ') + 1));
            // A deleted object shows the version it last had.
            assertThat(version)
                    .as(line + " in " + history)
                    .isGreaterThanOrEqualTo(line.startsWith("D") ? last : last + 1);
            last = version;
        }
    }

    long longestMillis() {
        return longestNanos / 1_000_000;
    }

    @Override
    public void close() {
        stop = true;
        threads.shutdownNow();
    }
}
