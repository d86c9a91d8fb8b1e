package org.kochab.benchmarks.bind;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;

/** Deployments of identical small pods on identical nodes, applied at once. */
record Rollout(int nodes, int pods, int deployments) {
    static final String DEFAULTS = "--nodes 5000 --pods 50000 --deployments 10";

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    Rollout {
        if (pods % deployments != 0 || pods > nodes * 40L) {
            throw new IllegalArgumentException("--pods must be a multiple of --deployments, and at most 40 a node");
        }
    }

    static Rollout of(Map<String, String> options) {
        return new Rollout(
                Integer.parseInt(options.get("--nodes")),
                Integer.parseInt(options.get("--pods")),
                Integer.parseInt(options.get("--deployments")));
    }

    /**
     * Returns when a watcher has seen all pods bound.
     *
     * @param name what the deployments' names begin with
     * @return when it saw the first, by {@link System#nanoTime}
     */
    long deploy(Plane plane, String name) throws Exception {
        ResourceService resources = plane.resources();
        Query all = Query.namespace("default");
        String from = resources.list(Plane.TENANT, Kind.POD, all).resourceVersion();
        try (ResourceWatch watch = resources.watch(Plane.TENANT, Kind.POD, all, from)) {
            for (int i = 0; i < deployments; i++) {
                resources.create(Plane.TENANT, deployment(plane.codec(), name + i, pods / deployments));
            }
            return awaitBinds(watch, name);
        }
    }

    /** Of small pods. */
    static Resource deployment(Codec codec, String name, int replicas) {
        String manifest =
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      runtimeClassName: process
                      containers:
                      - {name: c, command: [sleep, '1'], resources: {requests: {cpu: 100m, memory: 500Mi}}}
                """
                        .formatted(name, replicas);
        return codec.manifest(manifest.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    /** @return when the first bind was seen */
    private long awaitBinds(ResourceWatch watch, String name) throws Exception {
        Set<String> bound = new HashSet<>();
        long first = 0;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (bound.size() < pods) {
            for (ResourceEvent event : watch.poll(Duration.ofSeconds(1))) {
                if (event instanceof ResourceEvent.Modified changed
                        && ((Pod) changed.resource()).spec().nodeName() != null
                        && changed.resource().metadata().name().startsWith(name)) {
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

    /** Every pod bound once, where it is claimed; no node given more than it has. @param times how often this was rolled out */
    void verify(Plane plane, int times) {
        Map<String, Integer> perNode = new HashMap<>();
        int bound = plane.placed(pod -> perNode.merge(String.valueOf(pod.spec().nodeName()), 1, Integer::sum));
        perNode.forEach((node, here) -> {
            if (here * 100L > HollowNodes.CPU_MILLIS) {
                throw new IllegalStateException("node " + node + " was oversold: " + here + " pods");
            }
        });
        if (bound != times * pods) {
            throw new IllegalStateException(bound + " pods bound, not " + times * pods);
        }
    }
}
