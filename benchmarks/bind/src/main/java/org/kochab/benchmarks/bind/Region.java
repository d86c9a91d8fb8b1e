package org.kochab.benchmarks.bind;

import static org.kochab.benchmarks.bind.Progress.say;
import static org.kochab.benchmarks.bind.Progress.since;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;

/**
 * A region in one process: several tenant partitions and resource managers, many tenants with a deployment each, hollow nodes that report behind the link's own
 * contract. First until all pods run, then some of them are replaced all the time, and then everything is compared. Included: leases, fsync, controllers, scheduling
 * with all plugins over all nodes of all managers, claims, binds, reports, heartbeats. Not included: MQTT, agents, OSGi, the network between members.
 * The last line is JSON.
 */
public final class Region {
    private static final int PORT = 23_180;
    private static final int HEARTBEAT_SECONDS = 60;
    private static final int CHURNED_AT_ONCE = 10;
    private static final long PATIENCE_NANOS = TimeUnit.HOURS.toNanos(2);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final String DEFAULTS =
            "--hosts 3000 --pods 90000 --tenants 100 --tps 4 --rms 4 --store-megabytes 3072 --ahead 100000 --churn-seconds 60 --churn-percent 1";

    private final Map<String, String> options;
    private final HollowPlane hollow;
    private final Plane plane;
    private final Path store;
    private final List<TenantId> tenants = new ArrayList<>();
    private final List<Followed> followed = new ArrayList<>();
    private final int podsATenant;
    private final LongAdder refusals = new LongAdder();

    private Region(Map<String, String> options, HollowPlane hollow, Path store) {
        this.options = options;
        this.hollow = hollow;
        this.plane = hollow.plane();
        this.store = store;
        this.podsATenant = option("pods") / option("tenants");
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
        try (Workplace place = new Workplace("region");
                HollowPlane hollow = new HollowPlane(size, place.path("store"), PORT, HEARTBEAT_SECONDS)) {
            new Region(options, hollow, place.path("store")).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        long begun = System.nanoTime();
        hollow.introduce(option("hosts"));
        say("%d hosts after %.0f s", option("hosts"), since(begun));
        begun = System.nanoTime();
        makeTenants();
        say("%d tenants after %.0f s", tenants.size(), since(begun));
        for (Partition partition : plane.tenantPartitions()) {
            followed.add(new Followed(partition));
        }
        begun = System.nanoTime();
        long cpu = Processes.ownCpuNanos();
        long pods = (long) podsATenant * tenants.size();
        await(begun, deploy(begun), pods);
        double saturated = since(begun);
        double cpuMillis = (Processes.ownCpuNanos() - cpu) / 1e6 / pods;
        say("all %d pods run after %.0f s, %.3f CPU-ms each", pods, saturated, cpuMillis);
        double churned = churn(pods);
        for (Followed f : followed) {
            f.end();
        }
        Samples millis = Samples.of(followed.stream().map(Followed::millis).toList());
        say("start p50 %d ms, p99 %d ms of %d", millis.at(0.5), millis.at(0.99), millis.size());
        verify(pods);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"region\",\"hosts\":%d,\"pods\":%d,\"tenants\":%d,\"tenantPartitions\":%d,\"managers\":%d,\"saturatedSeconds\":%.0f,"
                        + "\"podsPerSecond\":%.0f,\"cpuMillisPerPod\":%.3f,\"refusals\":%d,\"churnPerSecond\":%.0f,\"startP50Millis\":%d,\"startP99Millis\":%d,"
                        + "\"heapGigabytes\":%.2f,\"residentGigabytes\":%.2f,\"storeGigabytes\":%.2f,\"verified\":true}%n",
                option("hosts"),
                pods,
                tenants.size(),
                option("tps"),
                option("rms"),
                saturated,
                pods / saturated,
                cpuMillis,
                refusals.sum(),
                churned,
                millis.at(0.5),
                millis.at(0.99),
                (runtime.totalMemory() - runtime.freeMemory()) / 1e9,
                Processes.residentKilobytes(ProcessHandle.current().pid()) / 1e6,
                size(store) / 1e9);
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }

    private void makeTenants() {
        for (int i = 0; i < option("tenants"); i++) {
            TenantId tenant = new TenantId("tenant-" + i);
            String partition = "tp-" + (i % option("tps") + 1);
            plane.resources()
                    .create(
                            TenantId.SYSTEM,
                            new Tenant(
                                    Kind.TENANT.apiVersion(),
                                    Kind.TENANT.name(),
                                    ObjectMeta.named(tenant.value()),
                                    Tenant.Spec.in(partition),
                                    null));
            tenants.add(tenant);
        }
        tenants.forEach(plane::awaitTenant);
    }

    /** Each partition has a client. */
    private CompletableFuture<Void> deploy(long begun) {
        Resource deployment = Rollout.deployment(plane.codec(), "web", podsATenant);
        return clients(partition -> deploy(partition, deployment, begun));
    }

    private interface Client {
        void run(int partition) throws InterruptedException;
    }

    private CompletableFuture<Void> clients(Client client) {
        ExecutorService threads = Executors.newFixedThreadPool(followed.size());
        CompletableFuture<?>[] all = IntStream.range(0, followed.size())
                .mapToObj(partition -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                client.run(partition);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        threads))
                .toArray(CompletableFuture<?>[]::new);
        threads.shutdown();
        return CompletableFuture.allOf(all);
    }

    /** One after the other in one partition, not too far ahead of what runs. */
    private void deploy(int partition, Resource deployment, long begun) throws InterruptedException {
        int ahead = option("ahead") / followed.size();
        int asked = 0;
        for (int i = partition; i < tenants.size(); i += followed.size()) {
            while (asked - followed.get(partition).running() > ahead) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            TenantId tenant = tenants.get(i);
            persist(begun, () -> plane.resources().create(tenant, deployment));
            asked += podsATenant;
        }
    }

    /** Does what callers do who are told to try again. */
    private void persist(long begun, Runnable call) throws InterruptedException {
        while (true) {
            try {
                call.run();
                return;
            } catch (ResourceException e) {
                if (e.reason() != ResourceException.Reason.BUSY || System.nanoTime() - begun > PATIENCE_NANOS) {
                    throw e;
                }
                refusals.increment();
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }
    }

    private long count(ToLongFunction<Followed> what) {
        followed.forEach(Followed::check);
        return followed.stream().mapToLong(what).sum();
    }

    /** Returns when so many pods run. */
    private void await(long begun, CompletableFuture<Void> deployed, long pods) throws InterruptedException {
        long saidAt = begun;
        while (count(Followed::running) < pods) {
            if (deployed.isCompletedExceptionally()) {
                deployed.join();
            }
            if (System.nanoTime() - saidAt > 10_000_000_000L) {
                saidAt = System.nanoTime();
                say(
                        "%.0f s: %d bound, %d run, heap %.1f GB",
                        since(begun),
                        count(Followed::bound),
                        count(Followed::running),
                        (Runtime.getRuntime().totalMemory()
                                        - Runtime.getRuntime().freeMemory())
                                / 1e9);
            }
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new IllegalStateException("only " + count(Followed::running) + " pods run");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Deletes pods, a part of all each minute; their replica sets replace them. @return how many a second */
    private double churn(long pods) throws InterruptedException {
        long begun = System.nanoTime();
        LongAdder replaced = new LongAdder();
        clients(partition -> churn(partition, pods, begun, replaced)).join();
        double seconds = since(begun);
        say("%d pods replaced in %.0f s", replaced.sum(), seconds);
        long settling = System.nanoTime();
        while (count(Followed::running) != pods || plane.pods() != pods) {
            if (System.nanoTime() - settling > QUIET_NANOS) {
                throw new IllegalStateException(count(Followed::running) + " pods run after the churn, not " + pods);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return replaced.sum() / seconds;
    }

    /** One partition's part of it. */
    private void churn(int partition, long pods, long begun, LongAdder replaced) throws InterruptedException {
        double perSecond = pods * option("churn-percent") / 100.0 / 60 / followed.size();
        Random random = new Random(partition);
        long mine = 0;
        while (since(begun) < option("churn-seconds")) {
            if (mine >= perSecond * since(begun)) {
                TimeUnit.MILLISECONDS.sleep(5);
                continue;
            }
            int any = random.nextInt(tenants.size() / followed.size());
            TenantId tenant = tenants.get(any * followed.size() + partition);
            Query some = Query.namespace("default").page(CHURNED_AT_ONCE, Optional.empty());
            for (Resource pod : plane.resources().list(tenant, Kind.POD, some).items()) {
                if (pod.metadata().deletionTimestamp() == null) {
                    ResourceRef ref = new ResourceRef(
                            tenant, Kind.POD, "default", pod.metadata().name());
                    followed.get(partition).ask(tenant.value());
                    persist(begun, () -> plane.resources().delete(ref, new DeleteOptions(0L, false, null, false)));
                    mine++;
                    replaced.increment();
                }
            }
        }
    }

    /** Everything is where it is claimed; no node gives more than it has. */
    private void verify(long expected) {
        int[] perNode = new int[option("hosts")];
        int placed = plane.placed(pod -> {
            String node = String.valueOf(pod.spec().nodeName());
            perNode[HollowVoices.number(node)]++;
        });
        if (placed != expected) {
            throw new IllegalStateException(placed + " pods, not " + expected);
        }
        int most = Arrays.stream(perNode).max().orElse(0);
        if (most * 100L > HollowNodes.CPU_MILLIS) {
            throw new IllegalStateException("a node was oversold: " + most + " pods");
        }
    }
}
