package org.kochab.benchmarks.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.LocalTenants;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;

/** A tenant partition with pods, on the real store with fsync, without a scheduler and managers: nobody but the benchmark changes anything. */
final class Tenants implements AutoCloseable {
    static final TenantId TENANT = new TenantId("default");
    /** Labels {@code app: a-0} to {@code a-9}, in turn. */
    static final int APPS = 10;

    private static final int CHUNK = 2_000;

    private final Codec codec = new JacksonCodec();
    private final IgnitePartitionStore store;
    private final LocalPartitions partitions;
    private final LocalTenants tenants;

    Tenants(Path directory, int port) {
        store = KochabTarget.open(directory, port);
        partitions = LocalPartitions.start(store);
        tenants = LocalTenants.start(partitions, codec);
    }

    ResourceService resources() {
        return tenants.resources();
    }

    static String namespace(int i) {
        return "team-" + i;
    }

    static String app(int i) {
        return "a-" + i % APPS;
    }

    static String node(int i) {
        return "node-" + i + ".edge.example";
    }

    void namespaces(int count) {
        for (int i = 0; i < count; i++) {
            resources()
                    .create(TENANT, read("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace(i) + "}\n"));
        }
    }

    private Resource read(String manifest) {
        return codec.manifest(manifest.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    /** Stores so many pods in a namespace, named {@code p-FIRST} and so on, bound in turn to so many nodes. */
    List<Pod> pods(int namespace, int first, int count, int nodes) {
        Pod template = (Pod) read(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: p
                  namespace: %s
                  labels: {app: a, tier: front, release: stable, pod-template-hash: 7d5f9c6b8d}
                  annotations: {example.org/owner: "team %d, on call 24/7", example.org/revision: "17"}
                spec:
                  runtimeClassName: process
                  terminationGracePeriodSeconds: 30
                  containers:
                  - name: main
                    image: registry.example/shop/front@sha256:3f8e1c2b4a5d6978877665544332211000ffeeddccbbaa998877665544332211
                    command: [/usr/bin/front, --listen, "0.0.0.0:8080", --store, /var/lib/front]
                    env:
                    - {name: REGION, value: eu-central}
                    - {name: LOG_LEVEL, value: info}
                    ports: [{containerPort: 8080, name: http}]
                    resources:
                      requests: {cpu: 100m, memory: 128Mi}
                      limits: {cpu: 200m, memory: 256Mi}
                """
                        .formatted(namespace(namespace), namespace));
        List<Pod> stored = new ArrayList<>();
        for (int i = first; i < first + count; i += CHUNK) {
            List<Resource> chunk = new ArrayList<>();
            for (int k = i; k < Math.min(first + count, i + CHUNK); k++) {
                var labels = new java.util.TreeMap<>(template.metadata().labels());
                labels.put("app", app(k));
                chunk.add(new Pod(
                        template.apiVersion(),
                        template.kind(),
                        template.metadata().withName("p-" + k).withLabels(labels),
                        java.util.Objects.requireNonNull(template.spec()).withNodeName(node(k % nodes)),
                        null));
            }
            for (Outcome outcome : resources().createAll(TENANT, chunk)) {
                if (!(outcome instanceof Outcome.Stored s)) {
                    throw new IllegalStateException("a pod was not stored: " + outcome);
                }
                stored.add((Pod) s.resource());
            }
        }
        return stored;
    }

    String version() {
        return resources()
                .list(TENANT, Kind.POD, Query.namespace(null).page(1, java.util.Optional.empty()))
                .resourceVersion();
    }

    @Override
    public void close() {
        tenants.close();
        partitions.close();
        store.close();
    }
}
