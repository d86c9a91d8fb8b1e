package org.kochab.chaos.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kochab.chaos.installation.Churn;
import org.kochab.chaos.installation.Installation;
import org.kochab.chaos.installation.Seconds;
import org.kochab.chaos.installation.Workload;

/**
 * An operator installs plugins of several kinds and removes them again, round after round, while pods of two tenants come and go. No other bundle may
 * notice, and nothing of a plugin may stay. One thread.
 */
public final class PluginsCampaign {
    public static final String NAME = "plugins";

    private static final String MEMBER = "member-1";
    private static final long PAUSE_SECONDS = 1;
    private static final long PATIENCE_SECONDS = 120;
    private static final long START_SECONDS = 300;
    private static final long LOOK_SECONDS = 2;
    /** So many at least: until then the virtual machine and the platform load classes that they need once. */
    private static final int WARM_ROUNDS = 2;

    private final int plugins;
    private final int rounds;
    private final List<Footprint> footprints = new ArrayList<>();
    private final List<Double> installed = new ArrayList<>();
    private final List<Double> removed = new ArrayList<>();
    private final List<Double> gone = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private Set<String> before = Set.of();
    private long loaders;
    private int disturbed;

    public PluginsCampaign(int plugins, int rounds) {
        this.plugins = plugins;
        this.rounds = rounds;
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param root the checkout, whose {@code kochab} is used
     * @param port of forty in a row that are free
     * @return whether nothing was found
     */
    public boolean run(Path root, Path directory, int port) throws IOException, InterruptedException {
        Installation kochab = new Installation(root, directory, port);
        System.out.printf("chaos %s, 1 member, 2 agents, %d plugins, all in %s%n", NAME, plugins, directory);
        Path vendors = Files.createDirectories(directory.resolve("vendors"));
        List<Shipped> shipped = Shipped.make(vendors, plugins);
        Path events = directory.resolve("events");
        List<Churn> churns = Workload.TENANTS.stream()
                .map(tenant -> new Churn(kochab, tenant, PAUSE_SECONDS))
                .toList();
        long begun;
        try {
            kochab.up(1);
            Workload workload = new Workload(kochab);
            workload.prepare();
            kochab.sh(
                    "kochab:plugin-install " + Shipped.witness(vendors, events).file());
            Set<String> processes = workload.processes();
            List<Thread> threads = churns.stream().map(Thread::new).toList();
            begun = System.nanoTime();
            threads.forEach(Thread::start);
            try {
                awaitStarts(churns);
                before = parts(kochab);
                loaders = footprint(kochab).loaders();
                for (int round = 1; round <= rounds; round++) {
                    round(kochab, shipped, churns, events, round);
                }
            } finally {
                churns.forEach(Churn::stop);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            Workload.changes("steady process", processes, workload.processes()).forEach(findings::add);
        } finally {
            kochab.down();
        }
        return result(churns, begun);
    }

    private void round(Installation kochab, List<Shipped> shipped, List<Churn> churns, Path events, int round)
            throws IOException, InterruptedException {
        long from = System.nanoTime();
        kochab.sh(each("kochab:plugin-install ", shipped.stream().map(Shipped::file)));
        installed.add(secondsSince(from) / plugins);
        use(kochab, shipped, churns);
        long since = System.nanoTime();
        kochab.sh(each("kochab:plugin-remove ", shipped.stream().map(Shipped::name)));
        removed.add(secondsSince(since) / plugins);

        long removal = System.nanoTime();
        find(round, Workload.changes("bundle or service", before, parts(kochab)));
        List<String> noticed = Files.readAllLines(events);
        disturbed += noticed.size();
        find(round, noticed);
        Files.writeString(events, "");
        Footprint after = settled(kochab);
        gone.add(secondsSince(removal));
        footprints.add(after);
        System.out.printf(
                Locale.ROOT,
                "round %d/%d: %.1f s to install and %.1f s to remove each, %d class loaders of bundles, %d classes,"
                        + " %d KB of metaspace, %d threads%n",
                round,
                rounds,
                installed.get(round - 1),
                removed.get(round - 1),
                after.loaders(),
                after.classes(),
                after.metaspace(),
                after.threads());
        if (after.loaders() > loaders) {
            find(round, List.of(after.loaders() - loaders + " class loaders of removed bundles stay"));
        }
    }

    /** Pods are placed with all of them, those of one partition by a scheduler of theirs. */
    private void use(Installation kochab, List<Shipped> shipped, List<Churn> churns)
            throws IOException, InterruptedException {
        Optional<String> scheduler = shipped.stream()
                .filter(s -> s.offer() == Shipped.Offer.SCHEDULER)
                .map(s -> s.name().replace("com.acme.", "acme-"))
                .findFirst();
        if (scheduler.isPresent()) {
            kochab.sh("kochab:scheduler-use tp-2 " + scheduler.get());
        }
        awaitStarts(churns);
        if (scheduler.isPresent()) {
            kochab.sh("kochab:scheduler-use tp-2 spread");
        }
    }

    /** Waits until each has begun to start pods, and done so. */
    private static void awaitStarts(List<Churn> churns) throws IOException, InterruptedException {
        long since = System.nanoTime();
        for (Churn churn : churns) {
            while (churn.done(since, Long.MAX_VALUE).isEmpty()) {
                if (secondsSince(since) > START_SECONDS) {
                    throw new IOException("no pods were started within " + START_SECONDS + " s; commands that failed: "
                            + churn.failed(since, Long.MAX_VALUE));
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    /** Soft references hold what was used last for some seconds. */
    private Footprint settled(Installation kochab) throws IOException, InterruptedException {
        long since = System.nanoTime();
        Footprint now = footprint(kochab);
        while (now.loaders() > loaders && secondsSince(since) < PATIENCE_SECONDS) {
            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            now = footprint(kochab);
        }
        return now;
    }

    private static Footprint footprint(Installation kochab) throws IOException, InterruptedException {
        return Footprint.of(kochab.jvms().get(MEMBER), kochab.directory().resolve("jcmd.out"));
    }

    private static String each(String command, Stream<?> of) {
        return of.map(one -> command + one).collect(Collectors.joining("; "));
    }

    /** Its bundles with their states, and how many services there are of each class. */
    private static Set<String> parts(Installation kochab) throws IOException, InterruptedException {
        return kochab.sh("bundle:list -t 0 -s --no-format; service:list -n")
                .lines()
                .map(String::strip)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void find(int round, List<String> found) {
        found.forEach(one -> findings.add("round " + round + ": " + one));
    }

    private static double secondsSince(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private boolean result(List<Churn> churns, long begun) {
        for (Churn churn : churns) {
            churn.failed(begun, Long.MAX_VALUE).forEach(f -> findings.add("a command failed: " + f.why()));
        }
        List<Double> starts = churns.stream()
                .flatMap(c -> c.done(begun, Long.MAX_VALUE).stream())
                .map(Churn.Done::seconds)
                .toList();
        // What is gathered about methods that run often lies in the metaspace too, and comes to an end.
        int warmed = Math.min(rounds, Math.max(WARM_ROUNDS, rounds / 2));
        Footprint warm = footprints.subList(0, warmed).stream()
                .reduce(Footprint::withMoreThreads)
                .orElseThrow();
        Footprint last = footprints.get(rounds - 1);
        String growth = last.growth(warm);
        if (!growth.isEmpty()) {
            findings.add("from round " + warmed + " to round " + rounds + ": " + growth);
        }
        findings.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "{\"chaos\":\"%s\",\"plugins\":%d,\"rounds\":%d,\"wrong\":%d,\"disturbed\":%d,\"loaders\":[%d,%d],"
                        + "\"classes\":[%d,%d],\"metaspace_kb\":[%d,%d],\"threads\":[%d,%d],\"install_p50_s\":%.2f,"
                        + "\"remove_p50_s\":%.2f,\"collected_max_s\":%.1f,\"pods_started\":%d,\"start_p50_s\":%.1f,"
                        + "\"start_max_s\":%.1f}%n",
                NAME,
                plugins,
                rounds,
                findings.size(),
                disturbed,
                warm.loaders(),
                last.loaders(),
                warm.classes(),
                last.classes(),
                warm.metaspace(),
                last.metaspace(),
                warm.threads(),
                last.threads(),
                Seconds.median(installed),
                Seconds.median(removed),
                Seconds.greatest(gone),
                starts.size() * Churn.PODS,
                Seconds.median(starts),
                Seconds.greatest(starts));
        return findings.isEmpty();
    }
}
