package org.kochab.rm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceRef;
import org.kochab.codec.JacksonCodec;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.LocalTenants;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.store.memory.MemoryStore;

/**
 * Two tenant partitions with real schedulers race for the same small nodes of a real manager, with more pods than fit. What the manager's partition
 * recorded is replayed, revision by revision.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RacingPartitionsTest {
    private static final TenantId FIRST = new TenantId("default");
    private static final TenantId SECOND = new TenantId("other");
    private static final int EACH = 5_000;
    private static final int NODES = 60;
    private static final int KEPT_EVENTS = 500_000;
    private static final Duration LONG = Duration.ofSeconds(200);

    private final Codec codec = new JacksonCodec();
    private EmbeddedBroker broker;
    private LocalPartitions partitions;
    private Partition nodes;
    private LinkedResourceManager manager;
    private LocalTenants tenants;
    private HollowNodes hollow;

    /** The engine of a profile, as its component runs it. */
    private record Profiled(Profile profile) implements Scheduler {
        @Override
        public String name() {
            return profile.text();
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
            return Engine.place(view, batch, seed, profile.plugins());
        }
    }

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(BrokerConfig.loopback());
        String uri = "tcp://127.0.0.1:" + broker.port();
        partitions = LocalPartitions.start(new MemoryStore(), KEPT_EVENTS);
        nodes = partitions.partition("rm-1");
        manager =
                LinkedResourceManager.start(nodes, codec, new LinkedResourceManager.Config(List.of(uri), 600, 900, 60));
        manager.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
        await().atMost(LONG).until(manager::isLinked);
        partitions.create("tp-2", PartitionKind.TENANT);
        tenants = LocalTenants.start(partitions, codec);
        tenants.lead(partitions, "tp-2");
        tenants.add(new Profiled(Profile.SPREAD));
        tenants.add(manager.manager());
        tenants.resources()
                .create(
                        TenantId.SYSTEM,
                        read(
                                """
                                apiVersion: kochab.org/v1
                                kind: Tenant
                                metadata: {name: other}
                                spec: {partition: tp-2}
                                """));
        hollow = new HollowNodes(uri);
        for (int i = 0; i < NODES; i++) {
            hollow.join("n" + i, Map.of("cpu", "4", "memory", "2Gi", "pods", "50"));
        }
        await().atMost(LONG)
                .until(() -> nodes.list(NodeKeys.NODES, NODES + 1).entries().size() == NODES);
    }

    @AfterEach
    void stop() throws Exception {
        hollow.close();
        tenants.close();
        manager.close();
        partitions.close();
        broker.close();
    }

    private Resource read(String yaml) {
        return codec.manifest(yaml.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    /** Pods of three sizes, 100m and 60Mi on average: either resource, or the number of pods, ends a node first. */
    private List<Resource> pods() {
        List<Resource> pods = new ArrayList<>();
        List<Resource> sizes = Stream.of(
                        "{cpu: 50m, memory: 20Mi}", "{cpu: 100m, memory: 60Mi}", "{cpu: 150m, memory: 100Mi}")
                .map(r -> read(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: p}
                        spec:
                          terminationGracePeriodSeconds: 0
                          containers:
                          - {name: main, image: "web:1", resources: {requests: %s}}
                        """
                                .formatted(r)))
                .toList();
        for (int i = 0; i < EACH; i++) {
            Resource template = sizes.get(i % sizes.size());
            pods.add(template.withMetadata(template.metadata().withName("p-" + i)));
        }
        return pods;
    }

    private List<Pod> list(TenantId tenant) {
        List<Pod> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            var page = tenants.resources()
                    .list(tenant, Kind.POD, Query.namespace("default").page(1000, next));
            page.items().forEach(p -> all.add((Pod) p));
            next = page.next();
        } while (next.isPresent());
        return all;
    }

    private List<Pod> placed(TenantId tenant) {
        return list(tenant).stream().filter(RacingPartitionsTest::isPlaced).toList();
    }

    private static boolean isPlaced(Pod pod) {
        return pod.spec().nodeName() != null;
    }

    /** Placed, or told why not in words. */
    private boolean isSettled(TenantId tenant, Pod pod) {
        PodPlacement placement = tenants.explainer()
                .explain(tenant, "default", pod.metadata().name())
                .orElseThrow();
        return switch (placement.state()) {
            case BOUND -> isPlaced(pod);
            case REFUSED ->
                !placement.refusals().isEmpty()
                        && placement.refusals().stream()
                                .allMatch(r -> !r.reason().isBlank())
                        && !placement.message().isBlank();
            case QUEUED, CLAIMING -> false;
        };
    }

    private boolean areSettled() {
        return Stream.of(FIRST, SECOND).allMatch(t -> list(t).stream().allMatch(p -> isSettled(t, p)));
    }

    private void submit() throws InterruptedException {
        List<Resource> pods = pods();
        Thread other = new Thread(() -> tenants.resources().createAll(SECOND, pods));
        other.start();
        tenants.resources().createAll(FIRST, pods);
        other.join();
        assertThat(list(FIRST)).hasSize(EACH);
        assertThat(list(SECOND)).hasSize(EACH);
    }

    @Test
    void neverOversellANodeAndLeaveNobodyWithoutAnAnswer() throws Exception {
        ClaimAudit audit = new ClaimAudit(nodes, codec);
        submit();
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).until(this::areSettled);
        long losers = Stream.of(FIRST, SECOND)
                .flatMap(t -> list(t).stream())
                .filter(p -> !isPlaced(p))
                .count();
        assertThat(losers).as("more were asked for than fit").isPositive();

        // Winners leave, of the partition that has more: losers of both race for what they leave.
        TenantId leaver = placed(FIRST).size() >= placed(SECOND).size() ? FIRST : SECOND;
        List<Pod> winners = placed(leaver);
        for (Pod p : winners) {
            tenants.resources().delete(ResourceRef.of(Kind.POD, p), DeleteOptions.DEFAULT);
        }
        await().atMost(LONG)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> list(leaver).size() == EACH - winners.size() && areSettled());
        long end = nodes.revision();
        await().atMost(LONG).until(() -> audit.revision() >= end);
        audit.close();

        assertThat(audit.violations()).isEmpty();
        assertThat(audit.sharedNodes()).as("nodes that both have had").isPositive();
        List<Pod> left = Stream.of(FIRST, SECOND).flatMap(t -> list(t).stream()).toList();
        assertThat(left).noneMatch(p -> "Failed".equals(p.status().phase()));
        assertThat(left.stream().filter(RacingPartitionsTest::isPlaced))
                .allMatch(p -> p.spec()
                        .nodeName()
                        .equals(audit.nodeOfPod().get(p.metadata().uid())))
                .hasSize(audit.nodeOfPod().size());
        assertThat(audit.granted()).isGreaterThan(audit.nodeOfPod().size());
    }
}
