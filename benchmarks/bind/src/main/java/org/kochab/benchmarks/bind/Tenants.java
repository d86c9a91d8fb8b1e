package org.kochab.benchmarks.bind;

import static org.kochab.benchmarks.bind.Progress.say;
import static org.kochab.benchmarks.bind.Progress.since;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;

/**
 * Many tenants of one machine, each with its namespaces and a deployment of one pod that runs on a hollow node; then others are made and deleted while the former are
 * worked with, and nothing of those may be left in any partition: no key and no value names one. In one process as {@link Region}. The last line is JSON; ends with 1
 * if something is left.
 */
public final class Tenants {
    private static final int PORT = 23_200;
    private static final int HEARTBEAT_SECONDS = 60;
    private static final int CLIENTS = 4;
    private static final int WRITTEN = 100;
    private static final String CHURNED = "churned-";
    private static final int SHOWN = 20;
    private static final int ALONE_SECONDS = 20;
    private static final long PAUSE_NANOS = 100_000_000L;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(20);
    private static final String DEFAULTS =
            "--tenants 10000 --churn 1000 --hosts 300 --tps 2 --rms 1 --store-megabytes 1024";

    private final Map<String, String> options;
    private final HollowPlane hollow;
    private final Plane plane;
    private final Resource deployment;
    private final List<Followed> followed = new ArrayList<>();

    private Tenants(Map<String, String> options, HollowPlane hollow) {
        this.options = options;
        this.hollow = hollow;
        this.plane = hollow.plane();
        this.deployment = Rollout.deployment(plane.codec(), "web", 1);
    }

    private int option(String name) {
        return Integer.parseInt(String.valueOf(options.get("--" + name)));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        Plane.Size size;
        try {
            options = Workplace.options(args, DEFAULTS);
            size = Plane.Size.of(options);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        boolean clean;
        try (Workplace place = new Workplace("tenants");
                HollowPlane hollow = new HollowPlane(size, place.path("store"), PORT, HEARTBEAT_SECONDS)) {
            clean = new Tenants(options, hollow).run();
        }
        System.exit(clean ? 0 : 1);
    }

    private boolean run() throws Exception {
        plane.addAllControllers();
        hollow.introduce(option("hosts"));
        for (Partition partition : plane.tenantPartitions()) {
            followed.add(new Followed(partition));
        }
        double before = heap();
        long begun = System.nanoTime();
        int tenants = option("tenants");
        each(tenants, i -> make("tenant-" + i));
        double made = since(begun);
        awaitRunning(tenants);
        double ran = since(begun);
        double all = heap();
        say(
                "%d tenants made after %.0f s, their pods run after %.0f s; heap %.0f MB, %.0f before",
                tenants, made, ran, all, before);

        Work alone = new Work(plane.resources(), tenants);
        TimeUnit.SECONDS.sleep(ALONE_SECONDS);
        alone.end();
        Work beside = new Work(plane.resources(), tenants);
        begun = System.nanoTime();
        int churn = option("churn");
        each(churn, i -> make(CHURNED + i));
        awaitRunning(tenants + churn);
        double churned = since(begun);
        each(churn, i -> delete(CHURNED + i));
        double asked = since(begun);
        Map<String, Integer> left = left();
        while (!left.isEmpty() && since(begun) * 1e9 < PATIENCE_NANOS) {
            TimeUnit.SECONDS.sleep(1);
            left = left();
        }
        double gone = since(begun);
        beside.end();
        double after = heap();
        for (Followed f : followed) {
            f.end();
        }
        left.entrySet().stream().limit(SHOWN).forEach(e -> say("left: %s (%d times)", e.getKey(), e.getValue()));
        int leftAll = left.values().stream().mapToInt(Integer::intValue).sum();
        say(
                "%d more made after %.0f s, deleted after %.0f s, gone after %.0f s; heap %.0f MB",
                churn, churned, asked, gone, after);
        int placed = plane.placed(pod -> {});
        boolean clean = left.isEmpty() && placed == tenants;
        System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"tenants\",\"tenants\":%d,\"churned\":%d,\"madeSeconds\":%.0f,\"runSeconds\":%.0f,\"heapMegabytes\":%.0f,"
                        + "\"kilobytesPerTenant\":%.1f,\"churnMadeSeconds\":%.0f,\"churnGoneSeconds\":%.0f,\"heapAfterMegabytes\":%.0f,"
                        + "\"alonePerSecond\":%.0f,\"besidePerSecond\":%.0f,\"aloneP99Millis\":%d,\"besideP99Millis\":%d,\"threads\":%d,"
                        + "\"podsLeft\":%d,\"left\":%d}%n",
                tenants,
                churn,
                made,
                ran,
                all,
                (all - before) * 1_000 / tenants,
                churned,
                gone,
                after,
                alone.perSecond(),
                beside.perSecond(),
                alone.millis().at(0.99),
                beside.millis().at(0.99),
                Thread.activeCount(),
                placed,
                leftAll);
        return clean;
    }

    /** Megabytes that survive a collection. */
    private static double heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }

    private static void each(int count, IntConsumer work) {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        CompletableFuture<?>[] all = IntStream.range(0, CLIENTS)
                .mapToObj(client -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = client; i < count; i += CLIENTS) {
                                work.accept(i);
                            }
                        },
                        threads))
                .toArray(CompletableFuture<?>[]::new);
        threads.shutdown();
        CompletableFuture.allOf(all).join();
    }

    /** Where the platform wants it. */
    private void make(String name) {
        persist(() -> plane.resources()
                .create(
                        TenantId.SYSTEM,
                        new Tenant(Kind.TENANT.apiVersion(), Kind.TENANT.name(), ObjectMeta.named(name), null, null)));
        persist(() -> plane.resources().create(new TenantId(name), deployment));
    }

    private void delete(String name) {
        ResourceRef ref = new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, name);
        persist(() -> plane.resources().delete(ref, DeleteOptions.DEFAULT));
    }

    /** Does what callers do who are told to try again. */
    private static void persist(Runnable call) {
        long begun = System.nanoTime();
        while (true) {
            try {
                call.run();
                return;
            } catch (ResourceException e) {
                if (e.reason() != ResourceException.Reason.BUSY || System.nanoTime() - begun > PATIENCE_NANOS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void awaitRunning(long pods) throws InterruptedException {
        long begun = System.nanoTime();
        while (followed.stream().mapToLong(Followed::running).sum() < pods) {
            followed.forEach(Followed::check);
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new IllegalStateException("the pods of all tenants do not run");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** What names one of those that were deleted: the first two words of keys, and how many there are. */
    private Map<String, Integer> left() {
        Map<String, Integer> found = new TreeMap<>();
        for (Partition partition : plane.all()) {
            Plane.entries(partition, "", entry -> {
                if (entry.key().contains(CHURNED)
                        || new String(entry.value(), StandardCharsets.ISO_8859_1).contains(CHURNED)) {
                    found.merge(partition.id() + " " + entry.key().split("/", 2)[0], 1, Integer::sum);
                }
            });
        }
        return found;
    }

    /** What goes on in the tenants that stay: one after the other, a config map of one of the first is written and read. */
    private static final class Work {
        private final ResourceService resources;
        private final int tenants;
        private final Samples millis = new Samples();
        private final Thread thread = new Thread(this::run, "work");
        private final long begun = System.nanoTime();
        private volatile boolean ended;
        private double seconds;

        Work(ResourceService resources, int tenants) {
            this.resources = resources;
            this.tenants = Math.min(WRITTEN, tenants);
            thread.start();
        }

        private void run() {
            for (int i = 0; !ended; i++) {
                TenantId tenant = new TenantId("tenant-" + i % tenants);
                long asked = System.nanoTime();
                persist(() -> resources.apply(tenant, map(asked)));
                millis.add((System.nanoTime() - asked) / 1_000_000);
            }
        }

        private static Resource map(long value) {
            ObjectMeta meta = ObjectMeta.named("work").withPlace(null, "default");
            Kind kind = Kind.CONFIG_MAP;
            return new ConfigMap(
                    kind.apiVersion(), kind.name(), meta, Map.of("value", Long.toString(value)), Map.of(), null);
        }

        void end() throws InterruptedException {
            ended = true;
            thread.join();
            seconds = since(begun);
            millis.sort();
        }

        double perSecond() {
            return millis.size() / seconds;
        }

        Samples millis() {
            return millis;
        }
    }
}
