package org.kochab.chaos.scheduling;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.chaos.installation.Installation;
import org.kochab.chaos.installation.Seconds;
import org.kochab.chaos.installation.Workload;

/**
 * Kills whoever schedules a tenant's pods, while some of them have a claim and others have none yet. The next leader must give each pod exactly one
 * process, nothing else may have changed, and once the pods are not wanted any more no process may be left. One thread.
 */
public final class SchedulerKillCampaign {
    public static final String NAME = "scheduler-kill";

    private static final int PODS = 30;
    private static final long PATIENCE_SECONDS = 120;
    private static final long LOOK_MILLIS = 5;

    private final int rounds;
    private final Random random;
    private final List<Double> ready = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private int halfway;

    public SchedulerKillCampaign(int rounds, long seed) {
        this.rounds = rounds;
        this.random = new Random(seed);
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
        System.out.println("chaos " + NAME + ", " + members + " members, 2 agents, all in " + directory);
        try {
            kochab.up(members);
            Workload workload = new Workload(kochab);
            workload.prepare();
            for (int round = 0; round < rounds; round++) {
                strike(kochab, workload, round, members);
            }
        } finally {
            kochab.down();
        }
        return result();
    }

    private void strike(Installation kochab, Workload workload, int round, int members)
            throws IOException, InterruptedException {
        int which = round % Workload.TENANTS.size();
        String leader = leader(kochab, "tp-" + (which + 1));
        long pid = kochab.jvms().get(leader);
        var steady = workload.processes();
        var pods = workload.pods();
        int atOnce = 1 + random.nextInt(PODS - 1);
        Most most = new Most(workload);
        most.start();
        try {
            workload.scale(which, PODS);
            int running = most.await(atOnce, PATIENCE_SECONDS);
            long killed = System.nanoTime();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            halfway += running < PODS ? 1 : 0;
            workload.await(which, PATIENCE_SECONDS);
            ready.add((System.nanoTime() - killed) / 1e9);
        } finally {
            most.end();
        }
        int now = workload.churning().size();
        if (now != PODS || most.seen() > PODS) {
            findings.add("round " + (round + 1) + ": " + now + " processes of " + PODS + " pods, " + most.seen()
                    + " at the most");
        }
        kochab.up(members);
        workload.scale(which, 0);
        if (!isEmptied(workload)) {
            findings.add("round " + (round + 1) + ": " + workload.churning().size()
                    + " processes are left that belong to no pod");
        }
        Workload.changes("steady process", steady, workload.processes()).forEach(findings::add);
        Workload.changes("steady pod", pods, workload.pods()).forEach(findings::add);
        System.out.printf(
                Locale.ROOT,
                "round %d/%d: %s killed when %d or more of %d ran; all run %.1f s later%n",
                round + 1,
                rounds,
                leader,
                atOnce,
                PODS,
                ready.get(round));
    }

    private static String leader(Installation kochab, String partition) throws IOException, InterruptedException {
        Matcher row = Pattern.compile("(?m)^" + partition + "\\s+\\S+\\s+Serving\\s+(\\S+)")
                .matcher(kochab.sh("kochab:partition-list"));
        if (!row.find()) {
            throw new IOException("nobody leads " + partition);
        }
        return row.group(1);
    }

    /** Looks again and again how many of the processes run. */
    private static final class Most extends Thread {
        private final Workload workload;
        private int seen;
        private boolean ended;

        Most(Workload workload) {
            super("most");
            this.workload = workload;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (look() >= 0 && pause()) {
                // The next look.
            }
        }

        private int look() {
            int now = workload.churning().size();
            synchronized (this) {
                seen = Math.max(seen, now);
                notifyAll();
                return ended ? -1 : now;
            }
        }

        private static boolean pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                return true;
            } catch (InterruptedException e) {
                return false;
            }
        }

        /** @return how many ran when there were at least so many, or at the end of the time */
        synchronized int await(int least, long seconds) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (seen < least && System.nanoTime() - end < 0) {
                wait(1_000);
            }
            return seen;
        }

        synchronized int seen() {
            return seen;
        }

        synchronized void end() {
            ended = true;
        }
    }

    /** Whether the last of the processes that come and go ends in time. */
    private static boolean isEmptied(Workload workload) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!workload.churning().isEmpty()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    private boolean result() {
        findings.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "{\"chaos\":\"%s\",\"rounds\":%d,\"pods\":%d,\"killed_before_all_ran\":%d,\"wrong\":%d,\"ready_p50_s\":%.1f,"
                        + "\"ready_max_s\":%.1f}%n",
                NAME,
                rounds,
                rounds * PODS,
                halfway,
                findings.size(),
                Seconds.median(ready),
                Seconds.greatest(ready));
        return findings.isEmpty();
    }
}
