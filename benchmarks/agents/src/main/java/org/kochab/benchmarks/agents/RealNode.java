package org.kochab.benchmarks.agents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.node.NodeKeys;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Workplace;
import org.kochab.benchmarks.mqtt.EmbeddedBrokerMain;
import org.kochab.partition.internal.core.tenant.ObjectKeys;

/**
 * One real agent, the edge distribution as it is installed, under a control plane in this process and a real broker in another: memory of an agent
 * without workloads, what the process driver adds to a fork, many pods on one node, and the same pods after {@code kill -9} of the agent. The last
 * line is JSON. The distribution is where the system property {@code kochab.edge} says.
 */
public final class RealNode {
    private static final String DEFAULTS = "--pods 1000 --idle 60 --starts 200 --port 23220";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int END_SECONDS = 30;
    private static final int LOOK_EVERY_MILLIS = 100;
    private static final Pattern ADOPTED = Pattern.compile("Adopted what runs .* after (\\d+) ms");

    private final Map<String, String> options;
    private final Path base;

    private RealNode(Map<String, String> options, Path base) {
        this.options = options;
        this.base = base;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        try {
            options = Workplace.options(args, DEFAULTS);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace place = new Workplace("node")) {
            new RealNode(options, place.path("agent")).run(place);
        }
        System.exit(0);
    }

    private int option(String name) {
        return Integer.parseInt(options.get("--" + name));
    }

    private void run(Workplace place) throws Exception {
        Starts starts = Starts.measure(place.path("starts"), option("starts"));
        say(
                "process started after %.1f ms (p50) and %.1f ms (p99) by the driver, %.1f and %.1f by a raw fork",
                starts.driver(0.5), starts.driver(0.99), starts.raw(0.5), starts.raw(0.99));
        int port = option("port") + 10;
        int pods = option("pods");
        try (Child broker = Child.start("256m", EmbeddedBrokerMain.class, List.of(Integer.toString(port)));
                Plane plane = new Plane(
                        Plane.Size.SMALLEST,
                        place.path("store"),
                        option("port"),
                        (partition, codec) ->
                                new Linked(partition, codec, List.of(port), InstalledAgent.HEARTBEAT_SECONDS))) {
            await("the broker listens", () -> broker.last() != null || !broker.isAlive());
            if (!broker.isAlive()) {
                throw new IllegalStateException("the broker ended");
            }
            InstalledAgent installed = InstalledAgent.configure(base, port, pods);
            Process agent = installed.start();
            try {
                double readySeconds = seconds("the node is ready", () -> isReady(plane));
                TimeUnit.SECONDS.sleep(option("idle"));
                double idle = megabytes(agent);
                say("ready %.2f s after its start; %.1f MiB when idle", readySeconds, idle);

                plane.resources().apply(Plane.TENANT, deployment(plane.codec(), pods));
                double runningSeconds = seconds("all pods run", () -> running(plane) == pods);
                TimeUnit.SECONDS.sleep(option("idle"));
                double full = megabytes(agent);
                say("%d pods run after %.1f s; then %.1f MiB", pods, runningSeconds, full);

                Map<String, String> before = containers(plane);
                agent.destroyForcibly().waitFor();
                agent = installed.start();
                await("the pods are adopted", () -> installed.logged(ADOPTED).isPresent());
                double adoptedSeconds = Long.parseLong(installed.logged(ADOPTED).orElseThrow()) / MILLIS_PER_SECOND;
                await(
                        "the agent is connected",
                        () -> installed.logged(InstalledAgent.CONNECTED).isPresent());
                TimeUnit.SECONDS.sleep(2 * InstalledAgent.HEARTBEAT_SECONDS);
                if (!containers(plane).equals(before)) {
                    throw new IllegalStateException("pods are others than before the agent was killed");
                }
                say("agent killed and started: %d pods adopted after %.1f s", pods, adoptedSeconds);
                System.out.printf(
                        Locale.ROOT,
                        "{\"benchmark\":\"node\",\"pods\":%d,\"idleMiB\":%.1f,\"fullMiB\":%.1f,\"readySeconds\":%.2f,"
                                + "\"driverStartP50Millis\":%.1f,\"driverStartP99Millis\":%.1f,\"forkP50Millis\":%.1f,\"forkP99Millis\":%.1f,"
                                + "\"runningSeconds\":%.1f,\"adoptedSeconds\":%.1f,\"verified\":true}%n",
                        pods,
                        idle,
                        full,
                        readySeconds,
                        starts.driver(0.5),
                        starts.driver(0.99),
                        starts.raw(0.5),
                        starts.raw(0.99),
                        runningSeconds,
                        adoptedSeconds);
            } finally {
                plane.resources().apply(Plane.TENANT, deployment(plane.codec(), 0));
                await("all pods are gone", () -> plane.pods() == 0);
                agent.destroy();
                agent.waitFor(END_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private static boolean isReady(Plane plane) {
        return plane.managed(NodeKeys.NODES, Node.class).stream()
                .anyMatch(n -> n.status() != null && "Ready".equals(n.status().phase()));
    }

    private static int running(Plane plane) {
        return (int) pods(plane).stream().filter(Agents::isRunning).count();
    }

    private static List<Pod> pods(Plane plane) {
        List<Pod> pods = new ArrayList<>();
        Plane.entries(
                plane.tenantPartitions().get(0),
                ObjectKeys.all(Kind.POD),
                entry -> pods.add(plane.codec().decode(entry.value(), Pod.class)));
        return pods;
    }

    /** Each pod's containers, with what identifies a process and how often it was started again. */
    private static Map<String, String> containers(Plane plane) {
        return pods(plane).stream()
                .collect(Collectors.toMap(pod -> pod.metadata().name(), pod -> String.valueOf(pod.status())));
    }

    private static Resource deployment(Codec codec, int replicas) {
        String manifest =
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: many, namespace: default}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: many}}
                  template:
                    metadata: {labels: {app: many}}
                    spec:
                      runtimeClassName: process
                      terminationGracePeriodSeconds: 1
                      containers:
                      - {name: c, command: [sleep, '86400'], resources: {requests: {cpu: 1m, memory: 1Mi}}}
                """
                        .formatted(replicas);
        return codec.manifest(manifest.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    private static double megabytes(Process process) throws IOException {
        return Processes.residentKilobytes(process.pid()) / 1024.0;
    }

    private static double seconds(String what, BooleanSupplier reached) throws InterruptedException {
        long begun = System.nanoTime();
        await(what, reached);
        return (System.nanoTime() - begun) / NANOS_PER_SECOND;
    }

    private static void await(String what, BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("not within " + PATIENCE + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
