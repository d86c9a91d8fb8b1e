package org.kochab.chaos.requests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.kochab.chaos.installation.Installation;
import org.kochab.chaos.installation.Tools;

/**
 * One tenant asks the HTTP API as often as it may, by turns alone and beside a tenant of the same partition that asks a hundred times as often. What the second one
 * does may cost the first a tenth of what it gets done, and let a slow answer take twice as long. One thread.
 */
public final class FloodCampaign {
    public static final String NAME = "flood";

    private static final double LEAST_THROUGHPUT = 0.9;
    private static final double MOST_P99 = 2;
    /** Of what it should ask, that it must ask for the run to count. */
    private static final double LEAST_FLOOD = 0.95;

    private static final double WARM_SECONDS = 10;
    private static final double SETTLE_SECONDS = 2;
    private static final double SECONDS = 10;
    private static final int CONNECTIONS = 8;
    private static final int FLOODING_CONNECTIONS = 32;
    private static final int END_SECONDS = 20;
    private static final int API = 5;

    private final int share;
    private final int times;
    private final int rounds;
    private final List<String> findings = new ArrayList<>();

    /**
     * @param share requests a second that each tenant may ask for
     * @param times how many times that the second one asks for
     */
    public FloodCampaign(int share, int times, int rounds) {
        this.share = share;
        this.times = times;
        this.rounds = rounds;
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param root the checkout, whose {@code kochab} is used
     * @param port of forty in a row that are free
     * @return whether the bounds were kept
     */
    public boolean run(Path root, Path directory, int port) throws IOException, InterruptedException {
        Installation kochab = new Installation(root, directory, port);
        kochab.set("KOCHAB_API_TENANT_REQUESTS", Integer.toString(share));
        System.out.printf(
                "chaos %s, 1 member, %d requests a second a tenant, %d times that beside it, API on port %d, all in %s%n",
                NAME, share, times, port + API, directory);
        Tally alone = Tally.NONE;
        Tally beside = Tally.NONE;
        Flood.Report flood = Flood.Report.NONE;
        try {
            kochab.up(1);
            Path calm = kochab.tenant("calm");
            Path flooding = kochab.tenant("flooding");
            try (Load load = new Load(Server.of(calm), CONNECTIONS, new ConfigMaps());
                    Flooder flooder = new Flooder(flooding, directory)) {
                load.prepare();
                load.run(share, WARM_SECONDS);
                flooder.begin();
                load.run(share, WARM_SECONDS);
                flooder.end();
                for (int round = 1; round <= rounds; round++) {
                    load.run(share, SETTLE_SECONDS);
                    Tally without = Tally.all(load.run(share, SECONDS));
                    flooder.begin();
                    load.run(share, SETTLE_SECONDS);
                    Tally with = Tally.all(load.run(share, SECONDS));
                    Flood.Report report = flooder.end();
                    tell(round, without, with, report);
                    alone = alone.plus(without);
                    beside = beside.plus(with);
                    flood = flood.plus(report);
                }
            }
            System.out.print(kochab.sh("kochab:tenant-usage"));
        } finally {
            kochab.down();
        }
        return result(alone, beside, flood);
    }

    /** The other tenant's process. It has the lowest priority: it stands for other machines, and what it uses of this one is nobody's fault. */
    private final class Flooder implements AutoCloseable {
        private final Process process;
        private final PrintStream to;
        private final BufferedReader from;

        Flooder(Path kubeconfig, Path directory) throws IOException {
            Path log = directory.resolve("flood.txt");
            process = new ProcessBuilder(
                            "nice",
                            "-n",
                            "19",
                            Tools.jdk("java"),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Flood.class.getName(),
                            kubeconfig.toString(),
                            Integer.toString(share * times),
                            Integer.toString(FLOODING_CONNECTIONS))
                    .redirectError(log.toFile())
                    .start();
            to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            if (!"ready".equals(from.readLine())) {
                process.destroyForcibly();
                throw new IOException("the flood does not begin: " + Files.readString(log));
            }
        }

        void begin() {
            to.println("go");
        }

        Flood.Report end() throws IOException {
            to.println("stop");
            String line = from.readLine();
            if (line == null) {
                throw new IOException("the flood has ended by itself; see flood.txt");
            }
            return Flood.Report.of(line);
        }

        @Override
        public void close() {
            to.close();
            try {
                if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }

    private static void tell(int round, Tally alone, Tally beside, Flood.Report flood) {
        System.out.printf(
                Locale.ROOT,
                "round %d: alone %.1f/s, p50 %.1f ms, p99 %.1f ms; beside %.1f/s, p50 %.1f ms, p99 %.1f ms; the flood asked"
                        + " %.0f/s, had %.1f/s done and %.0f/s refused%n",
                round,
                alone.done() / SECONDS,
                alone.millis(0.5),
                alone.millis(0.99),
                beside.done() / SECONDS,
                beside.millis(0.5),
                beside.millis(0.99),
                flood.asked() / flood.seconds(),
                flood.done() / flood.seconds(),
                flood.refused() / flood.seconds());
    }

    private static double ratio(double of, double to) {
        return to == 0 ? 0 : of / to;
    }

    private void require(boolean holds, String finding) {
        if (!holds) {
            findings.add(finding);
        }
    }

    private boolean result(Tally alone, Tally beside, Flood.Report flood) {
        double throughput = ratio(beside.done(), alone.done());
        double p99 = ratio(beside.millis(0.99), alone.millis(0.99));
        double asked = ratio(flood.asked(), flood.seconds() * share);
        require(alone.done() > 0 && throughput >= LEAST_THROUGHPUT, "the flood costs more than a tenth of throughput");
        require(p99 <= MOST_P99, "the flood makes slow answers take more than twice as long");
        require(
                alone.refused() + beside.refused() + alone.failed() + beside.failed() == 0,
                "answers to the tenant that keeps to its share were refused or failed");
        require(
                flood.refused() > 0 && flood.silent() == 0,
                "refusals did not come with Retry-After, or there were none");
        require(flood.failed() == 0, "the flood had answers that were neither success nor 429");
        require(
                asked >= LEAST_FLOOD * times,
                "the flood was less than it should be: the machine is too busy, this run says nothing");
        findings.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "{\"chaos\":\"%s\",\"share\":%d,\"rounds\":%d,\"alone_per_s\":%.2f,\"beside_per_s\":%.2f,\"throughput_ratio\":%.3f,"
                        + "\"alone_p50_ms\":%.1f,\"beside_p50_ms\":%.1f,\"alone_p99_ms\":%.1f,\"beside_p99_ms\":%.1f,\"p99_ratio\":%.2f,"
                        + "\"refused\":%d,\"failed\":%d,\"flood_times\":%.1f,\"flood_done_per_s\":%.1f,\"flood_refused_per_s\":%.1f,"
                        + "\"flood_failed\":%d,\"without_retry_after\":%d,\"wrong\":%d}%n",
                NAME,
                share,
                rounds,
                alone.done() / (rounds * SECONDS),
                beside.done() / (rounds * SECONDS),
                throughput,
                alone.millis(0.5),
                beside.millis(0.5),
                alone.millis(0.99),
                beside.millis(0.99),
                p99,
                alone.refused() + beside.refused(),
                alone.failed() + beside.failed(),
                asked,
                ratio(flood.done(), flood.seconds()),
                ratio(flood.refused(), flood.seconds()),
                flood.failed(),
                flood.silent(),
                findings.size());
        return findings.isEmpty();
    }
}
