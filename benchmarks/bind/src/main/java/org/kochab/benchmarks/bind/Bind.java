package org.kochab.benchmarks.bind;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Workplace;

/**
 * How many pods a second get from an applied deployment to a bind that is durable (fsync) and seen by a watcher. Included: apply, deployment and replica set
 * controllers, pod objects, scheduling with the full default set of plugins, claims, binds, desired states for the nodes. Not included: MQTT, agents, OSGi.
 * The outcome is verified before anything is printed; the last line is JSON.
 */
public final class Bind {
    private static final int PORT = 23_100;

    private record Round(double seconds, double firstSeconds, double cpuSeconds, double messagesPerPod) {}

    private final Rollout rollout;
    private final int rounds;
    private final Workplace place;

    private Bind(Rollout rollout, int rounds, Workplace place) {
        this.rollout = rollout;
        this.rounds = rounds;
        this.place = place;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        Rollout rollout;
        try {
            options = Workplace.options(args, Rollout.DEFAULTS + " --rounds 3");
            rollout = Rollout.of(options);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace place = new Workplace("bind")) {
            new Bind(rollout, Integer.parseInt(options.get("--rounds")), place).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        double[] perSecond = new double[rounds];
        double[] cpuMillis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            Round round = round(i);
            perSecond[i] = rollout.pods() / round.seconds;
            cpuMillis[i] = round.cpuSeconds * 1_000 / rollout.pods();
            System.out.printf(
                    Locale.ROOT,
                    "round %d: %.0f pods/s, %.3f CPU-ms a pod, first bind after %.2f s, %.2f messages to nodes a pod%n",
                    i + 1,
                    perSecond[i],
                    cpuMillis[i],
                    round.firstSeconds,
                    round.messagesPerPod);
        }
        Arrays.sort(perSecond);
        Arrays.sort(cpuMillis);
        System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"bind\",\"series\":\"%d deployments\",\"nodes\":%d,\"pods\":%d,\"rounds\":%d,\"podsPerSecond\":%.0f,"
                        + "\"least\":%.0f,\"most\":%.0f,\"cpuMillisPerPod\":%.3f,\"verified\":true}%n",
                rollout.deployments(),
                rollout.nodes(),
                rollout.pods(),
                rounds,
                perSecond[rounds / 2],
                perSecond[0],
                perSecond[rounds - 1],
                cpuMillis[rounds / 2]);
    }

    private Round round(int number) throws Exception {
        try (HollowPlane plane = new HollowPlane(Plane.Size.SMALLEST, place.path("round-" + number), PORT, 0)) {
            plane.introduce(rollout.nodes());
            long messages = plane.messages();
            long cpu = Processes.ownCpuNanos();
            long start = System.nanoTime();
            long first = rollout.deploy(plane.plane(), "d-");
            long end = System.nanoTime();
            double cpuSeconds = (Processes.ownCpuNanos() - cpu) / 1e9;
            rollout.verify(plane.plane(), 1);
            return new Round(
                    (end - start) / 1e9,
                    (first - start) / 1e9,
                    cpuSeconds,
                    (plane.messages() - messages) / (double) rollout.pods());
        }
    }
}
