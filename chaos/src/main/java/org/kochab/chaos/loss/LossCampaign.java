package org.kochab.chaos.loss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.kochab.chaos.installation.Churn;
import org.kochab.chaos.installation.Installation;
import org.kochab.chaos.installation.Seconds;
import org.kochab.chaos.installation.Workload;

/**
 * Takes partitions out of service in turn, longer than any take-over, while pods of two tenants, each in a tenant partition of its own, come
 * and go on the nodes of two resource managers. Nothing that runs may end, who does not need the partition may not notice, and what is lost must be shown
 * as lost.
 */
public final class LossCampaign {
    public static final String TENANT_PARTITIONS = "tp-loss";
    public static final String RESOURCE_MANAGERS = "rm-loss";

    private static final long LOSS_SECONDS = 40;
    private static final long QUIET_SECONDS = 20;
    private static final long SHOWN_SECONDS = 30;

    private final String name;
    private final int rounds;
    private final List<Double> shown = new ArrayList<>();
    private final List<Double> back = new ArrayList<>();
    private final List<Double> before = new ArrayList<>();
    private final List<Double> during = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    /** @param name one of the two above */
    public LossCampaign(String name, int rounds) {
        this.name = name;
        this.rounds = rounds;
    }

    public static List<String> names() {
        return List.of(TENANT_PARTITIONS, RESOURCE_MANAGERS);
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param root the checkout, whose {@code kochab} is used
     * @param port of forty in a row that are free
     * @return whether nothing was found
     */
    public boolean run(Path root, Path directory, int port, int members) throws IOException, InterruptedException {
        Installation kochab = new Installation(root, directory, port);
        System.out.println("chaos " + name + ", " + members + " members, 2 agents, all in " + directory);
        try {
            kochab.up(members);
            Workload workload = new Workload(kochab);
            workload.prepare();
            work(kochab, workload);
        } finally {
            kochab.down();
        }
        return result();
    }

    private void work(Installation kochab, Workload workload) throws IOException, InterruptedException {
        List<Churn> churns = Workload.TENANTS.stream()
                .map(tenant -> new Churn(kochab, tenant, 0))
                .toList();
        List<Thread> threads = churns.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        try {
            for (int round = 0; round < rounds; round++) {
                TimeUnit.SECONDS.sleep(QUIET_SECONDS);
                lose(kochab, workload, churns, round % 2);
                System.out.printf(
                        "round %d/%d: shown after %.1f s, back after %.1f s%n",
                        round + 1, rounds, shown.get(round), back.get(round));
            }
        } finally {
            churns.forEach(Churn::stop);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private void lose(Installation kochab, Workload workload, List<Churn> churns, int which)
            throws IOException, InterruptedException {
        boolean isTenants = name.equals(TENANT_PARTITIONS);
        String partition = (isTenants ? "tp-" : "rm-") + (which + 1);
        // A tenant needs its partition; all tenants have somewhere to go if one resource manager is lost.
        List<Integer> others = isTenants ? List.of(1 - which) : List.of(0, 1);
        Set<String> running = workload.processes();
        Set<String> pods = workload.pods();
        long quiet = System.nanoTime() - TimeUnit.SECONDS.toNanos(QUIET_SECONDS);

        long lost = System.nanoTime();
        kochab.sh("kochab:partition-suspend " + partition);
        String list = isTenants ? "kochab:get pods --all-tenants" : "kochab:get nodes";
        String missing = isTenants ? "tenant " + Workload.TENANTS.get(which) : partition;
        Pattern mark = Pattern.compile("Not shown, because .*\\b" + missing + "\\b");
        shown.add(until(() -> mark.matcher(kochab.sh(list)).find()
                && kochab.sh("kochab:partition-list").contains("Suspended")));
        for (int tenant : others) {
            try {
                during.add(workload.startAndEnd(tenant, SHOWN_SECONDS));
            } catch (IOException e) {
                findings.add("without " + partition + " others cannot start pods: " + e.getMessage());
            }
        }
        TimeUnit.NANOSECONDS.sleep(lost + TimeUnit.SECONDS.toNanos(LOSS_SECONDS) - System.nanoTime());
        same("process", running, workload.processes(), partition);

        long resumed = System.nanoTime();
        for (int tenant : others) {
            Churn churn = churns.get(tenant);
            // A start that was under way may wait for what it had been given of the lost part.
            churn.done(quiet, lost).forEach(d -> before.add(d.seconds()));
            churn.done(lost, resumed).forEach(d -> during.add(d.seconds()));
            churn.failed(lost, resumed)
                    .forEach(f -> findings.add("without " + partition + " another's work failed: " + f.why()));
        }
        kochab.sh("kochab:partition-resume " + partition);
        back.add(until(() -> !kochab.sh("kochab:get pods --all-tenants").contains("Not shown")
                && !kochab.sh("kochab:get nodes").contains("Not shown")
                && churns.stream()
                        .noneMatch(c -> c.done(resumed, System.nanoTime()).isEmpty())));
        same("pod", pods, workload.pods(), partition);
        same("process", running, workload.processes(), partition);
    }

    private void same(String what, Set<String> wanted, Set<String> found, String partition) {
        Workload.changes(what, wanted, found).forEach(c -> findings.add("without " + partition + ": " + c));
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** @return seconds until it held */
    private static double until(Condition condition) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begun > TimeUnit.MINUTES.toNanos(5)) {
                throw new IllegalStateException("it is not as it should be after 5 minutes");
            }
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    private boolean result() {
        findings.forEach(System.out::println);
        long late = shown.stream().filter(s -> s > SHOWN_SECONDS).count();
        System.out.printf(
                "{\"chaos\":\"%s\",\"rounds\":%d,\"wrong\":%d,\"shown_max_s\":%.1f,\"shown_over_%d_s\":%d,\"back_max_s\":%.1f,"
                        + "\"others_starts_before\":%d,\"others_start_before_p50_s\":%.1f,\"others_starts_during\":%d,"
                        + "\"others_start_during_p50_s\":%.1f}%n",
                name,
                rounds,
                findings.size(),
                Seconds.greatest(shown),
                SHOWN_SECONDS,
                late,
                Seconds.greatest(back),
                before.size(),
                Seconds.median(before),
                during.size(),
                Seconds.median(during));
        return findings.isEmpty() && late == 0;
    }
}
