package org.kochab.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kochab.chaos.installation.HollowAgents;

/**
 * Swaps the scheduler of a tenant partition again and again in a member that is the product, while pods are submitted; hollow agents, in a process of
 * their own, say over MQTT what nodes say. The member's load ({@code SwapLoad} in {@code bundles/chaos-load}) does it and compares in the end. One
 * thread.
 */
final class SchedulerSwapCampaign {
    static final String NAME = "scheduler-swap";

    private static final String CONFIG = "org.kochab.chaos.swap.cfg";

    private static final int LEAST_IDLE = 1_000;
    private static final double MOST_RATIO = 5;
    private static final int LOOK_MILLIS = 500;
    private static final int START_SECONDS = 300;
    private static final int END_SECONDS = 20;
    private static final long MOST_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Options options;

    SchedulerSwapCampaign(Options options) {
        this.options = options;
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @return whether nothing was found
     */
    boolean run() throws IOException, InterruptedException {
        Path home = options.home()
                .orElseThrow(() -> new IllegalStateException(NAME + " needs the control-plane distribution"));
        Path logs = Files.createDirectories(options.directory().resolve("logs"));
        int nodes = HollowAgents.nodesFor(total());
        System.out.printf(
                Locale.ROOT,
                "chaos %s, %d pods, %d swaps, %d nodes, seed %d, in %s%n",
                NAME,
                options.pods().count(),
                options.swaps(),
                nodes,
                options.seed(),
                options.directory());
        KarafMember member = new KarafMember(home, options.loadBundle(), options.version(), options.port());
        member.set(CONFIG, "directory", logs.toString());
        member.set(CONFIG, "engine", options.engine().toAbsolutePath().toUri().toString());
        member.set(CONFIG, "nodes", "" + nodes);
        member.set(CONFIG, "idle", "" + idle());
        member.set(CONFIG, "pods", "" + options.pods().count());
        member.set(CONFIG, "swaps", "" + options.swaps());
        member.set(CONFIG, "pace", "" + options.pods().pace());
        member.set(CONFIG, "running", "true");
        member.set(CONFIG, "seed", "" + options.seed());
        // A tenant may have fewer unless somebody says so.
        member.set("org.kochab.partition.cfg", "tenant.quota", "count/pods=" + total());
        Path store = options.directory().resolve("store");
        Process process = member.start(store, logs, Map.of("JAVA_MAX_MEM", "2g"));
        try {
            awaitBroker(process, member.mqttPort());
            try (HollowAgents agents =
                    HollowAgents.start(options.pods().agency(), nodes, member.mqttPort(), logs.resolve("agents.txt"))) {
                return result(logs, process, agents);
            }
        } finally {
            end(process);
        }
    }

    /** Pods to warm up, and as many without a swap. */
    private int idle() {
        return Math.max(LEAST_IDLE, options.pods().count() / 20);
    }

    private int total() {
        return 2 * idle() + options.pods().count();
    }

    private static void awaitBroker(Process member, int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (member.isAlive() && System.nanoTime() - end < 0) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        throw new IOException("the member does not listen on " + port + "; see logs/member.txt");
    }

    private boolean result(Path logs, Process member, HollowAgents agents) throws IOException, InterruptedException {
        Path file = logs.resolve("result.json");
        long end = System.nanoTime() + MOST_NANOS;
        int told = 0;
        while (!Files.exists(file)) {
            if (!member.isAlive() || !agents.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException("there is no result; the member runs: " + member.isAlive() + ", its agents run: "
                        + agents.isAlive());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            told = tell(logs, told);
        }
        tell(logs, told);
        Files.readAllLines(logs.resolve("findings.txt")).forEach(System.out::println);
        ObjectMapper json = new ObjectMapper();
        ObjectNode found = json.readValue(file.toFile(), ObjectNode.class);
        ObjectNode line = json.createObjectNode().put("chaos", NAME).put("seed", options.seed());
        line.setAll(found);
        System.out.println(line);
        return found.path("findings").asInt(1) == 0
                && found.path("placed_once").asInt() == total()
                && found.path("submit_p99_ratio").asDouble(MOST_RATIO + 1) <= MOST_RATIO;
    }

    /** @return how many lines are told now */
    private static int tell(Path logs, int told) throws IOException {
        Path file = logs.resolve("progress.txt");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        lines.stream().skip(told).forEach(System.out::println);
        return lines.size();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
