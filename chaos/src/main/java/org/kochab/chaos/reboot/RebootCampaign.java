package org.kochab.chaos.reboot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.chaos.Faketime;
import org.kochab.chaos.installation.Installation;
import org.kochab.chaos.installation.Seconds;

/**
 * Nodes that lose their power while the control plane and its broker are down, and find thirty days gone, or thirty days to come, on their clocks. All
 * their pods must run again within ten seconds, told by nobody. Then, while the nodes still cannot reach it, the control plane comes back and a
 * part of the pods is changed: once they can, these must be as wanted within thirty seconds, and no other pod may have been started again. One thread.
 */
public final class RebootCampaign {
    public static final String NAME = "reboot";

    private static final int STEADY_PODS = 10;
    private static final int CHANGED_PODS = 6;
    private static final double BACK_SECONDS = 10;
    private static final double CONVERGED_SECONDS = 30;
    private static final long PATIENCE_SECONDS = 120;
    private static final long LOOK_MILLIS = 20;
    private static final List<String> CLOCKS = List.of("+30d", "-30d");
    private static final Pattern RESTARTS = Pattern.compile("\"restartCount\"\\s*:\\s*(\\d+)");

    private final int rounds;
    private final List<Double> back = new ArrayList<>();
    private final List<Double> converged = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    public RebootCampaign(int rounds) {
        this.rounds = rounds;
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param root the checkout, whose {@code kochab} is used
     * @param port of forty in a row that are free
     * @return whether nothing was found
     * @throws IOException if a command fails, or libfaketime is not installed
     */
    public boolean run(Path root, Path directory, int port) throws IOException, InterruptedException {
        Installation kochab = new Installation(root, directory, port);
        Map<String, String> faketime = Faketime.environment();
        System.out.println("chaos " + NAME + ", 1 member, 2 agents, all in " + directory);
        try {
            kochab.up(1);
            kochab.apply("steady", STEADY_PODS, seconds(kochab, 0), "");
            kochab.apply("changed", CHANGED_PODS, seconds(kochab, 1), "");
            await(kochab, "steady");
            await(kochab, "changed");
            for (int round = 0; round < rounds; round++) {
                round(kochab, faketime, round);
            }
        } finally {
            kochab.down();
        }
        return result();
    }

    private void round(Installation kochab, Map<String, String> faketime, int round)
            throws IOException, InterruptedException {
        String steady = command(kochab, 0);
        String before = command(kochab, round + 1);
        String after = command(kochab, round + 2);
        kill(kochab, "member-");
        kill(kochab, "agent-");
        Set<String> old = processes(steady, before);
        old.forEach(RebootCampaign::cutPower);
        await("all processes ended", () -> processes(steady, before).isEmpty());

        faketime.forEach(kochab::set);
        kochab.set("FAKETIME", CLOCKS.get(round % CLOCKS.size()));
        long begun = System.nanoTime();
        kochab.kochab("up-agent");
        faketime.keySet().forEach(kochab::unset);
        kochab.unset("FAKETIME");
        await("all pods run again", () -> processes(steady, before).size() == STEADY_PODS + CHANGED_PODS);
        back.add(secondsSince(begun));
        Set<String> steadyProcesses = processes(steady);

        signal(kochab, "STOP");
        kochab.kochab("up-member");
        kochab.apply("changed", CHANGED_PODS, seconds(kochab, round + 2), "");
        long contact = System.nanoTime();
        signal(kochab, "CONT");
        await(
                "the changed pods are as wanted",
                () -> processes(before).isEmpty() && processes(after).size() == CHANGED_PODS);
        converged.add(secondsSince(contact));
        await(kochab, "changed");
        if (!processes(steady).equals(steadyProcesses)) {
            findings.add("round " + (round + 1) + ": processes that were not changed are others than before");
        }
        int restarts = restarts(kochab);
        if (restarts != STEADY_PODS * (round + 1)) {
            findings.add("round " + (round + 1) + ": " + restarts + " restarts of " + STEADY_PODS + " pods");
        }
        check(round, "run again", back.get(round), BACK_SECONDS);
        check(round, "as wanted", converged.get(round), CONVERGED_SECONDS);
        System.out.printf(
                Locale.ROOT,
                "round %d/%d, clock %s: all pods run again %.1f s after the start of the agents; what was changed meanwhile is there %.1f s after contact%n",
                round + 1,
                rounds,
                CLOCKS.get(round % CLOCKS.size()),
                back.get(round),
                converged.get(round));
    }

    private void check(int round, String what, double took, double most) {
        if (took > most) {
            findings.add(String.format(Locale.ROOT, "round %d: %s only after %.1f s", round + 1, what, took));
        }
    }

    private static void await(Installation kochab, String deployment) throws IOException, InterruptedException {
        kochab.sh("kochab:wait deployment " + deployment + " --timeout " + PATIENCE_SECONDS);
    }

    /** Tells this installation's processes from another's on the same machine, and each version of them. */
    private static long seconds(Installation kochab, int version) {
        return 300_000 + 100_000L * version + kochab.port();
    }

    private static String command(Installation kochab, int version) {
        return "sleep " + seconds(kochab, version);
    }

    private static Set<String> processes(String... commands) {
        Set<String> all = new TreeSet<>();
        for (String command : commands) {
            all.addAll(Installation.processes(command));
        }
        return all;
    }

    private static void kill(Installation kochab, String names) throws IOException, InterruptedException {
        List<Long> pids = pids(kochab, names);
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        await("killed", () -> pids.stream()
                .noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
    }

    private static List<Long> pids(Installation kochab, String names) throws IOException {
        return kochab.jvms().entrySet().stream()
                .filter(jvm -> jvm.getKey().startsWith(names))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static void signal(Installation kochab, String signal) throws IOException, InterruptedException {
        for (long pid : pids(kochab, "agent-")) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        }
    }

    /** First what a task runs under, which would write down how it ended. */
    private static void cutPower(String process) {
        ProcessHandle.of(Long.parseLong(process.substring(0, process.indexOf('@'))))
                .ifPresent(main -> {
                    main.parent().filter(p -> p.pid() > 1).ifPresent(wrapper -> {
                        List<ProcessHandle> all = wrapper.descendants().toList();
                        wrapper.destroyForcibly();
                        all.forEach(ProcessHandle::destroyForcibly);
                    });
                    main.destroyForcibly();
                });
    }

    private static int restarts(Installation kochab) throws IOException, InterruptedException {
        Matcher count = RESTARTS.matcher(kochab.sh("kochab:get pods -l app=steady -o json"));
        int sum = 0;
        while (count.find()) {
            sum += Integer.parseInt(count.group(1));
        }
        return sum;
    }

    private static void await(String what, Supplier<Boolean> reached) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!reached.get()) {
            if (secondsSince(begun) > PATIENCE_SECONDS) {
                throw new IOException("not within " + PATIENCE_SECONDS + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static double secondsSince(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private boolean result() {
        findings.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "{\"chaos\":\"%s\",\"rounds\":%d,\"pods\":%d,\"wrong\":%d,\"back_p50_s\":%.1f,\"back_max_s\":%.1f,"
                        + "\"converged_p50_s\":%.1f,\"converged_max_s\":%.1f}%n",
                NAME,
                rounds,
                STEADY_PODS + CHANGED_PODS,
                findings.size(),
                Seconds.median(back),
                Seconds.greatest(back),
                Seconds.median(converged),
                Seconds.greatest(converged));
        return findings.isEmpty();
    }
}
