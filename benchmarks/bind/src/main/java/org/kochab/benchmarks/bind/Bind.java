package org.kochab.benchmarks.bind;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.benchmarks.common.Workplace;

/**
 * How many pods a second get from an applied deployment to a bind that is durable (fsync) and seen by a watcher. Included: apply, deployment and replica set
 * controllers, pod objects, scheduling with the full default set of plugins, claims, binds, desired states for the nodes. Not included: MQTT, agents, OSGi.
 * The outcome is verified before anything is printed; the last line is JSON.
 */
public final class Bind {
    private static final int PORT = 23_100;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private record Options(int nodes, int pods, int deployments, int rounds) {
        static Options parse(String[] args) {
            Map<String, String> given =
                    Workplace.options(args, "--nodes 5000 --pods 50000 --deployments 10 --rounds 3");
            int nodes = Integer.parseInt(given.get("--nodes"));
            int pods = Integer.parseInt(given.get("--pods"));
            int deployments = Integer.parseInt(given.get("--deployments"));
            int rounds = Integer.parseInt(given.get("--rounds"));
            if (pods % deployments != 0 || pods > nodes * 40L) {
                throw new IllegalArgumentException("--pods must be a multiple of --deployments, and at most 40 a node");
            }
            return new Options(nodes, pods, deployments, rounds);
        }
    }

    private record Round(double seconds, double firstSeconds, double cpuSeconds, double messagesPerPod) {}

    private final Options options;
    private final Workplace place;

    private Bind(Options options, Workplace place) {
        this.options = options;
        this.place = place;
    }

    public static void main(String[] args) throws Exception {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace place = new Workplace("bind")) {
            new Bind(options, place).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        double[] perSecond = new double[options.rounds];
        double[] cpuMillis = new double[options.rounds];
        for (int i = 0; i < options.rounds; i++) {
            Round round = round(i);
            perSecond[i] = options.pods / round.seconds;
            cpuMillis[i] = round.cpuSeconds * 1_000 / options.pods;
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
                options.deployments,
                options.nodes,
                options.pods,
                options.rounds,
                perSecond[options.rounds / 2],
                perSecond[0],
                perSecond[options.rounds - 1],
                cpuMillis[options.rounds / 2]);
    }

    private Round round(int number) throws Exception {
        AtomicReference<HollowNodes> managing = new AtomicReference<>();
        try (Plane plane = new Plane(place.path("round-" + number), PORT, (partition, codec) -> {
            HollowNodes nodes = new HollowNodes(partition, codec);
            managing.set(nodes);
            return nodes;
        })) {
            HollowNodes nodes = managing.get();
            nodes.introduce(options.nodes);
            awaitNodes(plane);
            ResourceService resources = plane.resources();
            long messages = nodes.messages.sum();
            Query pods = Query.namespace("default");
            String from = resources.list(Plane.TENANT, Kind.POD, pods).resourceVersion();
            ResourceWatch watch = resources.watch(Plane.TENANT, Kind.POD, pods, from);
            List<Resource> deployments = deployments(plane.codec());
            long cpu = cpu();
            long start = System.nanoTime();
            for (Resource deployment : deployments) {
                resources.create(Plane.TENANT, deployment);
            }
            long first = awaitBinds(watch);
            long end = System.nanoTime();
            double cpuSeconds = (cpu() - cpu) / 1e9;
            watch.close();
            verify(plane);
            return new Round(
                    (end - start) / 1e9,
                    (first - start) / 1e9,
                    cpuSeconds,
                    (nodes.messages.sum() - messages) / (double) options.pods);
        }
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private void awaitNodes(Plane plane) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int known = 0;
        while (known < options.nodes) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("only " + known + " nodes registered");
            }
            Thread.sleep(100);
            known = plane.nodes();
        }
    }

    private List<Resource> deployments(Codec codec) {
        StringBuilder manifest = new StringBuilder();
        for (int i = 0; i < options.deployments; i++) {
            manifest.append("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d-")
                    .append(i)
                    .append(", namespace: default}\nspec:\n  replicas: ")
                    .append(options.pods / options.deployments)
                    .append("\n  selector: {matchLabels: {app: d-")
                    .append(i)
                    .append("}}\n  template:\n    metadata: {labels: {app: d-")
                    .append(i)
                    .append("}}\n    spec:\n      runtimeClassName: process\n      containers:\n")
                    .append(
                            "      - {name: c, command: [sleep, '1'], resources: {requests: {cpu: 100m, memory: 500Mi}}}\n");
        }
        return codec.manifest(manifest.toString().getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources();
    }

    /** @return when the first bind was seen */
    private long awaitBinds(ResourceWatch watch) throws Exception {
        Set<String> bound = new HashSet<>();
        long first = 0;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (bound.size() < options.pods) {
            for (ResourceEvent event : watch.poll(Duration.ofSeconds(1))) {
                if (event instanceof ResourceEvent.Modified changed
                        && ((Pod) changed.resource()).spec().nodeName() != null) {
                    bound.add(String.valueOf(changed.resource().metadata().uid()));
                    first = first == 0 ? System.nanoTime() : first;
                }
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("only " + bound.size() + " pods were bound in " + PATIENCE);
            }
        }
        return first;
    }

    /** Every pod bound once, where it is claimed; no node given more than it has. */
    private void verify(Plane plane) throws Exception {
        Map<String, String> claimed = new HashMap<>();
        Map<String, Integer> perNode = new HashMap<>();
        for (Claim claim : plane.managed(NodeKeys.CLAIMS, Claim.class)) {
            if (claimed.put(claim.podUid(), claim.node()) != null) {
                throw new IllegalStateException("two claims for pod " + claim.pod());
            }
            perNode.merge(claim.node(), 1, Integer::sum);
        }
        perNode.forEach((node, pods) -> {
            if (pods * 100L > HollowNodes.CPU_MILLIS) {
                throw new IllegalStateException("node " + node + " was oversold: " + pods + " pods");
            }
        });
        int bound = 0;
        Optional<String> next = Optional.empty();
        do {
            var page = plane.resources()
                    .list(Plane.TENANT, Kind.POD, Query.namespace("default").page(10_000, next));
            for (Resource resource : page.items()) {
                Pod pod = (Pod) resource;
                if (!String.valueOf(pod.spec().nodeName())
                        .equals(claimed.get(pod.metadata().uid()))) {
                    throw new IllegalStateException("pod " + pod.metadata().name() + " is bound to "
                            + pod.spec().nodeName() + ", not where it is claimed");
                }
                bound++;
            }
            next = page.next();
        } while (next.isPresent());
        if (bound != options.pods || claimed.size() != options.pods) {
            throw new IllegalStateException(
                    bound + " pods bound and " + claimed.size() + " claimed, not " + options.pods);
        }
    }
}
