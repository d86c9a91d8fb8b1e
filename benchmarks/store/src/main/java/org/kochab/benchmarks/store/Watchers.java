package org.kochab.benchmarks.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Pod;
import org.kochab.api.resource.Query;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;

/**
 * Many watchers on one partition: a few of all pods, half of the others of a namespace, half of one label in a namespace. Pods are changed, first as fast as
 * it goes, then at a pace. Included: {@code ResourceService}, fsync, decoding, selection. Not included: HTTP, the shell. Every watcher must have seen exactly
 * what concerns it, in order; the last line is JSON.
 */
public final class Watchers {
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);

    private final Tenants tenants;
    private final int watchers;
    private final int namespaces;
    private final int all;
    private final int puts;
    private final int writers;
    private final int pace;
    private final int rounds;
    private final int seconds;
    private final List<Follower> followers = new ArrayList<>();
    private final LinkedBlockingQueue<Follower> ready = new LinkedBlockingQueue<>();
    private final LongAdder delivered = new LongAdder();
    /** Of each reader; replaced for each part of a round while nothing is under way. */
    private final List<Samples> latencies;

    private final List<Pod> pods = new ArrayList<>();
    private final LongAdder[] changed;

    private record Part(double eventsPerSecond, double putsPerSecond, double cpuMicros, double p50, double p99) {}

    private Watchers(Tenants tenants, Map<String, String> options) {
        this.tenants = tenants;
        this.watchers = number(options, "watchers");
        this.namespaces = number(options, "namespaces");
        this.all = number(options, "all");
        this.puts = number(options, "puts");
        this.writers = number(options, "writers");
        this.pace = number(options, "pace");
        this.rounds = number(options, "rounds");
        this.seconds = number(options, "seconds");
        this.changed = new LongAdder[namespaces * Tenants.APPS];
        Arrays.setAll(changed, i -> new LongAdder());
        this.latencies = new ArrayList<>();
        for (int i = 0; i < number(options, "readers"); i++) {
            latencies.add(new Samples());
        }
    }

    private static int number(Map<String, String> options, String name) {
        return Integer.parseInt(options.get("--" + name));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        try {
            options = Workplace.options(
                    args,
                    "--watchers 10000 --namespaces 100 --all 100 --puts 2000 --writers 16 --readers 2 --pace 20 --seconds 10 --rounds 3"
                            + " --port 23320");
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace workplace = new Workplace("bench");
                Tenants tenants = new Tenants(workplace.path("kochab"), number(options, "port"))) {
            new Watchers(tenants, options).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        tenants.namespaces(namespaces);
        for (int i = 0; i < namespaces; i++) {
            pods.addAll(tenants.pods(i, i * Tenants.APPS, Tenants.APPS, 100));
        }
        String from = tenants.version();
        for (int i = 0; i < watchers; i++) {
            Follower follower = new Follower(tenants.resources().watch(Tenants.TENANT, Kind.POD, query(i), from));
            followers.add(follower);
            follower.follow(ready);
        }
        for (int i = 0; i < latencies.size(); i++) {
            int own = i;
            Thread reader = new Thread(() -> read(own), "reader");
            reader.setDaemon(true);
            reader.start();
        }
        List<Part> bursts = new ArrayList<>();
        List<Part> paced = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            Part burst = measured("burst", round, this::burst);
            Part calm = measured("paced", round, this::pace);
            if (round > 0) {
                bursts.add(burst);
                paced.add(calm);
            }
        }
        latencies.replaceAll(s -> new Samples());
        long with = heap();
        followers.forEach(Follower::close);
        followers.clear();
        ready.clear();
        double heapPerWatcher = (with - heap()) / (double) watchers;
        System.out.printf(Locale.ROOT, "%.0f bytes of heap a watcher%n", heapPerWatcher);
        System.out.println(json(heapPerWatcher, bursts, paced));
    }

    private boolean isOfAll(int watcher) {
        return watcher < all;
    }

    private boolean isOfLabel(int watcher) {
        return watcher % 2 == 1;
    }

    private int namespace(int watcher) {
        return watcher / 2 % namespaces;
    }

    private int app(int watcher) {
        return watcher / 2 / namespaces % Tenants.APPS;
    }

    private Query query(int watcher) {
        if (isOfAll(watcher)) {
            return Query.namespace(null);
        }
        Query query = Query.namespace(Tenants.namespace(namespace(watcher)));
        return isOfLabel(watcher)
                ? query.withLabels(new LabelSelector(Map.of("app", Tenants.app(app(watcher))), List.of()))
                : query;
    }

    /** How many changes a watcher must have seen. */
    private long expected(int watcher) {
        int from = isOfAll(watcher) ? 0 : namespace(watcher) * Tenants.APPS;
        int to = isOfAll(watcher) ? changed.length : from + Tenants.APPS;
        if (!isOfAll(watcher) && isOfLabel(watcher)) {
            from += app(watcher);
            to = from + 1;
        }
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += changed[i].sum();
        }
        return sum;
    }

    private void read(int reader) {
        try {
            while (true) {
                Follower follower = ready.take();
                delivered.add(follower.take(latencies.get(reader)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Writing {
        void run() throws Exception;
    }

    private Part measured(String name, int round, Writing writing) throws Exception {
        System.gc();
        latencies.replaceAll(s -> new Samples());
        long eventsBefore = delivered.sum();
        long putsBefore = Arrays.stream(changed).mapToLong(LongAdder::sum).sum();
        long cpu = Processes.ownCpuNanos();
        long begun = System.nanoTime();
        writing.run();
        long due = 0;
        for (int i = 0; i < watchers; i++) {
            due += expected(i);
        }
        long deadline = System.nanoTime() + PATIENCE;
        while (delivered.sum() < due && System.nanoTime() < deadline) {
            LockSupport.parkNanos(100_000);
        }
        double took = (System.nanoTime() - begun) / 1e9;
        cpu = Processes.ownCpuNanos() - cpu;
        for (int i = 0; i < watchers; i++) {
            Follower f = followers.get(i);
            if (!f.broken().isEmpty() || f.seen() != expected(i)) {
                throw new IllegalStateException(
                        "watcher " + i + " saw " + f.seen() + " changes of " + expected(i) + " " + f.broken());
            }
        }
        long events = delivered.sum() - eventsBefore;
        long changes = Arrays.stream(changed).mapToLong(LongAdder::sum).sum() - putsBefore;
        Samples together = Samples.of(latencies);
        Part part = new Part(
                events / took, changes / took, cpu / 1e3 / events, together.at(0.5) / 1e6, together.at(0.99) / 1e6);
        System.out.printf(
                Locale.ROOT,
                "%s %s: %.0f events/s of %.0f puts/s, p50 %.2f ms, p99 %.2f ms, CPU %.1f µs an event%n",
                round == 0 ? "warm-up" : "round " + round,
                name,
                part.eventsPerSecond,
                part.putsPerSecond,
                part.p50,
                part.p99,
                part.cpuMicros);
        return part;
    }

    /** Writers with pods of their own, each change after the one before is stored. */
    private void burst() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        AtomicInteger left = new AtomicInteger(puts);
        List<Future<?>> running = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            int first = w;
            running.add(pool.submit(() -> {
                for (int i = first; left.getAndDecrement() > 0; i += writers) {
                    if (i >= pods.size()) {
                        i = first;
                    }
                    change(i, System.nanoTime());
                }
            }));
        }
        for (Future<?> f : running) {
            f.get();
        }
        pool.shutdown();
    }

    /** One after the other, each counted from when it was to be sent. */
    private void pace() {
        long start = System.nanoTime();
        for (int i = 0; i < pace * seconds; i++) {
            long at = start + i * 1_000_000_000L / pace;
            while (System.nanoTime() < at) {
                LockSupport.parkNanos(at - System.nanoTime());
            }
            change(i * 7 % pods.size(), at);
        }
    }

    private void change(int i, long at) {
        Pod pod = pods.get(i);
        Map<String, String> annotations = new TreeMap<>(pod.metadata().annotations());
        annotations.put(Follower.SENT, Long.toString(at));
        // counted first: a watcher may have it before the writer has its answer
        changed[i].increment();
        pods.set(i, (Pod) tenants.resources()
                .update(Tenants.TENANT, pod.withMetadata(pod.metadata().withAnnotations(annotations))));
    }

    /** Used after a collection. */
    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static double[] sorted(List<Part> parts, java.util.function.ToDoubleFunction<Part> figure) {
        return parts.stream().mapToDouble(figure).sorted().toArray();
    }

    private static double median(List<Part> parts, java.util.function.ToDoubleFunction<Part> figure) {
        return Samples.median(sorted(parts, figure));
    }

    private String json(double heapPerWatcher, List<Part> bursts, List<Part> paced) {
        double[] rates = sorted(bursts, Part::eventsPerSecond);
        return String.format(
                Locale.ROOT,
                "{\"benchmark\":\"watch\",\"series\":\"Kochab, fsync\",\"watchers\":%d,\"namespaces\":%d,\"allWatchers\":%d,\"rounds\":%d,"
                        + "\"eventsPerSecond\":%.0f,\"least\":%.0f,\"most\":%.0f,\"putsPerSecond\":%.0f,\"cpuMillisPerEvent\":%.5f,"
                        + "\"burstP50Millis\":%.2f,\"burstP99Millis\":%.2f,\"pacePerSecond\":%d,\"pacedEventsPerSecond\":%.0f,"
                        + "\"p50Millis\":%.2f,\"p99Millis\":%.2f,\"heapBytesPerWatcher\":%.0f,\"verified\":true}",
                watchers,
                namespaces,
                all,
                rounds,
                rates[rates.length / 2],
                rates[0],
                rates[rates.length - 1],
                median(bursts, Part::putsPerSecond),
                median(bursts, Part::cpuMicros) / 1e3,
                median(bursts, Part::p50),
                median(bursts, Part::p99),
                pace,
                median(paced, Part::eventsPerSecond),
                median(paced, Part::p50),
                median(paced, Part::p99),
                heapPerWatcher);
    }
}
