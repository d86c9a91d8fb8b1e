package org.kochab.chaos.requests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kochab.chaos.installation.HollowAgents;
import org.kochab.chaos.installation.Installation;

/**
 * How soon the HTTP API answers while a tenant has many pods: the member as it is installed, hollow nodes over MQTT, requests over TLS from this process, each due at a
 * time of its own, from which its milliseconds count. One thread.
 */
public final class RequestsCampaign {
    public static final String NAME = "requests";

    private static final double MOST_P99_MILLIS = 50;
    private static final double WARM_SECONDS = 30;
    private static final double SECONDS = 20;
    private static final int CONNECTIONS = 16;
    /** As it is installed, not as campaigns want it. */
    private static final int HISTORY_EVENTS = 100_000;

    private static final int API = 5;
    private static final int MQTT = 10;

    private final int pods;
    private final int perSecond;
    private final int rounds;

    /** @param rounds of twenty seconds */
    public RequestsCampaign(int pods, int perSecond, int rounds) {
        this.pods = pods;
        this.perSecond = perSecond;
        this.rounds = rounds;
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param root the checkout, whose {@code kochab} is used
     * @param port of forty in a row that are free
     * @param agency class path of the hollow agents
     * @return whether all was answered, and 99 of 100 soon enough
     */
    public boolean run(Path root, Path directory, int port, String agency) throws IOException, InterruptedException {
        Installation kochab = new Installation(root, directory, port);
        kochab.set("KOCHAB_API_TENANT_REQUESTS", Integer.toString(4 * perSecond));
        kochab.set("JAVA_MAX_MEM", "3g");
        kochab.set("KOCHAB_HISTORY_EVENTS", Integer.toString(HISTORY_EVENTS));
        Pods mix = new Pods(pods, CONNECTIONS);
        System.out.printf(
                "chaos %s, 1 member, %d pods, %d requests a second, API on port %d, all in %s%n",
                NAME, mix.count(), perSecond, port + API, directory);
        kochab.must("up-member");
        try (HollowAgents agents =
                HollowAgents.start(agency, HollowAgents.nodesFor(pods), port + MQTT, directory.resolve("agents.txt"))) {
            Path kubeconfig = kochab.tenant("busy");
            Server server = Server.of(kubeconfig);
            try (Connection one = new Connection(server)) {
                long begun = System.nanoTime();
                mix.begin(one);
                System.out.printf(Locale.ROOT, "all pods run after %.0f s%n", (System.nanoTime() - begun) / 1e9);
            }
            try (Load load = new Load(server, CONNECTIONS, mix)) {
                load.prepare();
                load.run(perSecond, WARM_SECONDS);
                boolean kept = measure(load, mix);
                if (!agents.isAlive()) {
                    throw new IOException("the hollow nodes have ended; see agents.txt");
                }
                return kept;
            }
        } finally {
            kochab.down();
        }
    }

    private boolean measure(Load load, Pods mix) throws IOException, InterruptedException {
        List<Tally> kinds = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            List<Tally> now = load.run(perSecond, SECONDS);
            Tally all = Tally.all(now);
            System.out.printf(
                    Locale.ROOT,
                    "round %d: %.1f/s, p50 %.1f ms, p99 %.1f ms, at most %.1f ms%n",
                    round,
                    all.done() / SECONDS,
                    all.millis(0.5),
                    all.millis(0.99),
                    all.millis(1));
            for (int k = 0; k < now.size(); k++) {
                if (round == 1) {
                    kinds.add(now.get(k));
                } else {
                    kinds.set(k, kinds.get(k).plus(now.get(k)));
                }
            }
        }
        ObjectNode line = new ObjectMapper().createObjectNode().put("benchmark", NAME);
        line.put("pods", mix.count()).put("asked_per_s", perSecond);
        Tally all = Tally.all(kinds);
        line.put("done_per_s", rounded(all.done() / (rounds * SECONDS)));
        line.put("refused", all.refused()).put("failed", all.failed());
        put(line, all);
        line.put("p999_ms", all.millis(0.999)).put("most_ms", all.millis(1));
        ObjectNode by = line.putObject("by_kind");
        for (String name : mix.names()) {
            List<Tally> same = new ArrayList<>();
            for (int k = 0; k < kinds.size(); k++) {
                if (mix.name(k).equals(name)) {
                    same.add(kinds.get(k));
                }
            }
            put(by.putObject(name), Tally.all(same));
        }
        System.out.println(line);
        return all.refused() + all.failed() == 0 && all.millis(0.99) <= MOST_P99_MILLIS;
    }

    private static void put(ObjectNode line, Tally tally) {
        line.put("p50_ms", tally.millis(0.5)).put("p99_ms", tally.millis(0.99));
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
