package org.kochab.chaos.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.kochab.chaos.installation.Churn;
import org.kochab.chaos.installation.Installation;
import org.kochab.chaos.installation.Seconds;
import org.kochab.chaos.installation.Workload;

/**
 * Breaks nothing: pods of two tenants come and go for hours, after which no member and no agent may have grown, nothing that stays may have
 * changed, and no command may have failed. One thread.
 */
public final class SoakCampaign {
    public static final String NAME = "soak";

    /** Ignite's record of transactions is full within minutes too; it matters only to members that end. */
    private static final String COMPLETED_TRANSACTIONS = "4096";

    private static final long PAUSE_SECONDS = 15;
    private static final int SAMPLES = 120;
    private static final long LEAST_SECONDS = 10;
    private static final long MOST_SECONDS = 60;
    /** A full collection with each of so many samples only. */
    private static final int HEAP_EVERY = 5;

    private final Windows windows;
    private final List<String> findings = new ArrayList<>();

    public SoakCampaign(int minutes) {
        this.windows = new Windows(TimeUnit.MINUTES.toSeconds(minutes));
    }

    /**
     * Runs it; the last line printed is JSON. In the directory are then all samples, {@code samples.csv}, and what was in each heap after the
     * warm-up and at the end.
     *
     * @param root the checkout, whose {@code kochab} is used
     * @param port of forty in a row that are free
     * @return whether all was flat and nothing else was found
     */
    public boolean run(Path root, Path directory, int port, int members) throws IOException, InterruptedException {
        Installation kochab = new Installation(root, directory, port);
        kochab.set("IGNITE_MAX_COMPLETED_TX_COUNT", COMPLETED_TRANSACTIONS);
        System.out.println("chaos " + NAME + ", " + members + " members, 2 agents, all in " + directory);
        Samples samples = new Samples(directory.resolve("samples.csv"), windows);
        List<Churn> churns = Workload.TENANTS.stream()
                .map(tenant -> new Churn(kochab, tenant, PAUSE_SECONDS))
                .toList();
        long begun;
        try {
            kochab.up(members);
            Workload workload = new Workload(kochab);
            workload.prepare();
            List<Jvm> jvms = new ArrayList<>();
            kochab.jvms().forEach((name, pid) -> jvms.add(new Jvm(name, pid, directory.resolve(name), directory)));
            List<Thread> threads = churns.stream().map(Thread::new).toList();
            begun = System.nanoTime();
            threads.forEach(Thread::start);
            try {
                watch(begun, workload, jvms, samples);
            } finally {
                churns.forEach(Churn::stop);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
        } finally {
            kochab.down();
        }
        return result(begun, churns, samples);
    }

    private void watch(long begun, Workload workload, List<Jvm> jvms, Samples samples)
            throws IOException, InterruptedException {
        long every = Math.max(LEAST_SECONDS, Math.min(MOST_SECONDS, (long) windows.end() / SAMPLES));
        Set<String> processes = workload.processes();
        Set<String> pods = workload.pods();
        for (int i = 1; ; i++) {
            // What was missed, because a sample took long, is not made up for.
            double wanted = Math.min((Math.floor(secondsSince(begun) / every) + 1) * every, windows.end());
            boolean last = wanted >= windows.end();
            TimeUnit.NANOSECONDS.sleep(begun + (long) (wanted * 1e9) - System.nanoTime());
            boolean thorough = last || i % HEAP_EVERY == 0;
            for (Jvm jvm : List.copyOf(jvms)) {
                if (!sample(jvm, secondsSince(begun), thorough, samples)) {
                    find(begun, jvm.name() + " ended");
                    jvms.remove(jvm);
                }
            }
            processes = compare("steady process", processes, workload.processes(), begun);
            if (thorough) {
                pods = compare("steady pod", pods, pods(workload, pods, begun), begun);
            }
            if (last) {
                return;
            }
        }
    }

    private Set<String> compare(String what, Set<String> before, Set<String> now, long begun) {
        Workload.changes(what, before, now).forEach(change -> find(begun, change));
        return now;
    }

    private Set<String> pods(Workload workload, Set<String> before, long begun) throws InterruptedException {
        try {
            return workload.pods();
        } catch (IOException e) {
            find(begun, String.valueOf(e.getMessage()));
            return before;
        }
    }

    private void find(long begun, String what) {
        String finding = String.format(Locale.ROOT, "after %.0f s: %s", secondsSince(begun), what);
        System.out.println(finding);
        findings.add(finding);
    }

    private static double secondsSince(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    /**
     * A sample that fails is one less, unless its JVM has ended.
     *
     * @return whether it runs
     */
    private boolean sample(Jvm jvm, double seconds, boolean thorough, Samples samples) throws InterruptedException {
        try {
            samples.add(seconds, jvm.name(), jvm.look());
            if (thorough) {
                samples.add(seconds, jvm.name(), jvm.heap(seconds >= windows.warm()));
            }
        } catch (IOException e) {
            System.out.printf(Locale.ROOT, "%s after %.0f s: %s%n", jvm.name(), seconds, e.getMessage());
        }
        return jvm.alive();
    }

    private boolean result(long begun, List<Churn> churns, Samples samples) throws IOException {
        samples.print(System.out);
        int failed = 0;
        List<Double> starts = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> last = new ArrayList<>();
        for (Churn churn : churns) {
            for (Churn.Failed one : churn.failed(begun, Long.MAX_VALUE)) {
                failed++;
                findings.add(String.format(
                        Locale.ROOT, "after %.0f s a command failed: %s", (one.atNanos() - begun) / 1e9, one.why()));
            }
            starts.addAll(seconds(churn, begun, 0, Double.MAX_VALUE));
            first.addAll(seconds(churn, begun, 0, windows.warm()));
            last.addAll(seconds(churn, begun, windows.end() - windows.warm(), windows.end()));
        }
        List<String> growing = samples.growing();
        findings.addAll(growing);
        System.out.println();
        findings.forEach(System.out::println); // those of the run once more, together with all others
        System.out.printf(
                Locale.ROOT,
                "{\"chaos\":\"%s\",\"minutes\":%.0f,\"wrong\":%d,\"growing\":%d,\"failed_commands\":%d,\"pods_started\":%d,"
                        + "\"start_first_p50_s\":%.1f,\"start_last_p50_s\":%.1f,\"warm_middle_end\":%s}%n",
                NAME,
                windows.end() / 60,
                findings.size(),
                growing.size(),
                failed,
                starts.size() * Churn.PODS,
                Seconds.median(first),
                Seconds.median(last),
                samples.json());
        return findings.isEmpty();
    }

    private static List<Double> seconds(Churn churn, long begun, double from, double to) {
        return churn
                .done(begun + (long) (from * 1e9), to == Double.MAX_VALUE ? Long.MAX_VALUE : begun + (long) (to * 1e9))
                .stream()
                .map(Churn.Done::seconds)
                .toList();
    }
}
