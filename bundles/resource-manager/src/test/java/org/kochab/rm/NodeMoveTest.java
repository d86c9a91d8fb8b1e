package org.kochab.rm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.IdentityKeys;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.NodeStep;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceWatch;
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

/** A resource manager is drained while pods come and go: its nodes go to another one, and nobody notices. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NodeMoveTest {
    private static final TenantId TENANT = new TenantId("default");
    private static final PartitionId SECOND = new PartitionId("rm-2");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Codec codec = new JacksonCodec();
    private final Map<String, LinkedResourceManager> managers = new TreeMap<>();
    private final List<FollowingNode> nodes = new ArrayList<>();
    private volatile Consumer<String> reached = step -> {};
    private EmbeddedBroker broker;
    private String uri;
    private LocalPartitions partitions;
    private LocalTenants tenants;

    private record Spread() implements Scheduler {
        @Override
        public String name() {
            return "spread";
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
            return Engine.place(view, batch, seed, Profile.SPREAD.plugins());
        }
    }

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(BrokerConfig.loopback());
        uri = "tcp://127.0.0.1:" + broker.port();
        MemoryStore store = new MemoryStore();
        partitions = LocalPartitions.start(store);
        partitions.create("rm-2", PartitionKind.RESOURCE_MANAGER);
        tenants = LocalTenants.start(partitions, codec, step -> reached.accept(step));
        tenants.add(store);
        tenants.add(new Spread());
        for (LinkedResourceManager manager : List.of(begin("rm-1"), begin("rm-2"))) {
            serve(manager);
        }
        nodes.add(new FollowingNode(uri, "n1", "rm-1"));
        nodes.add(new FollowingNode(uri, "n2", "rm-2"));
        nodes.add(new FollowingNode(uri, "n3", "rm-2"));
        for (int i = 0; i < 9; i++) {
            create("steady-" + i);
        }
        await().atMost(SOON).until(() -> running().size() == 9);
    }

    private LinkedResourceManager begin(String id) {
        LinkedResourceManager manager = LinkedResourceManager.start(
                partitions.partition(id), codec, new LinkedResourceManager.Config(List.of(uri), 20, 30, 1));
        managers.put(id, manager);
        return manager;
    }

    private void serve(LinkedResourceManager manager) throws Exception {
        manager.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
        await().atMost(SOON).until(manager::isLinked);
        tenants.add(manager.manager());
    }

    /** As a change of leader: memory is gone, the state is read anew. */
    private void restart(String id) {
        try {
            LinkedResourceManager old = managers.remove(id);
            tenants.remove(old.manager());
            old.close();
            serve(begin(id));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (FollowingNode n : nodes) {
            n.close();
        }
        tenants.close();
        managers.values().forEach(LinkedResourceManager::close);
        partitions.close();
        broker.close();
    }

    private Resource create(String name) {
        return create(name, "");
    }

    /** @param more lines of its spec */
    private Resource create(String name, String more) {
        Resource pod = codec.manifest(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: default}
                        spec:
                          terminationGracePeriodSeconds: 0
                          containers:
                          - {name: main, image: "web:1", resources: {requests: {cpu: 10m}}}
                        %s
                        """
                                .formatted(name, more)
                                .getBytes(StandardCharsets.UTF_8),
                        Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
        return tenants.resources().create(TENANT, pod);
    }

    /** Running pods: name, uid and node. */
    private List<String> running() {
        return tenants.resources().list(TENANT, Kind.POD, Query.namespace("default")).items().stream()
                .map(Pod.class::cast)
                .filter(p -> p.metadata().name().startsWith("steady"))
                .filter(p -> p.status() != null && "Running".equals(p.status().phase()))
                .map(p -> p.metadata().name() + " " + p.metadata().uid() + " "
                        + p.spec().nodeName())
                .sorted()
                .toList();
    }

    private Map<String, Long> tokens(String... ids) {
        Map<String, Long> tokens = new TreeMap<>();
        for (String id : ids) {
            for (var e : partitions.partition(id).list(NodeKeys.CLAIMS, 1_000).entries()) {
                Claim claim = codec.decode(e.value(), Claim.class);
                if (claim.pod().startsWith("steady")) {
                    tokens.put(claim.pod(), claim.token());
                }
            }
        }
        return tokens;
    }

    private PartitionRemoval drain() throws Exception {
        tenants.removals().begin(SECOND, true);
        return tenants.removals().await(SECOND, SOON);
    }

    /** Pods that come and go as long as it is open. */
    private final class Load implements AutoCloseable {
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final List<String> failures = new ArrayList<>();
        private int pods;
        private final Thread thread = new Thread(this::run, "load");

        Load() {
            thread.start();
        }

        private void run() {
            try {
                while (open.get()) {
                    Resource pod = create("load-" + ++pods);
                    ResourceRef ref = ResourceRef.of(Kind.POD, pod);
                    await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> tenants.resources()
                            .get(ref)
                            .map(p -> "Running".equals(((Pod) p).status().phase()))
                            .orElse(false));
                    tenants.resources().delete(ref, DeleteOptions.DEFAULT);
                    await().atMost(SOON)
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> tenants.resources().get(ref).isEmpty());
                }
            } catch (RuntimeException e) {
                failures.add("load-" + pods + ": " + e);
            }
        }

        @Override
        public void close() {
            open.set(false);
            await().atMost(SOON).until(() -> !thread.isAlive());
            assertThat(failures).isEmpty();
            assertThat(pods).isPositive();
        }
    }

    private static List<ResourceEvent> poll(ResourceWatch watch) {
        try {
            return watch.poll(Duration.ofSeconds(5));
        } catch (GoneException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertNothingNoticed(List<String> pods, Map<String, Long> tokens, List<List<String>> starts) {
        assertThat(running()).isEqualTo(pods);
        assertThat(tokens("rm-1")).isEqualTo(tokens);
        for (int i = 0; i < nodes.size(); i++) {
            FollowingNode node = nodes.get(i);
            assertThat(node.manager()).isEqualTo("rm-1");
            assertThat(node.starts().subList(0, starts.get(i).size())).isEqualTo(starts.get(i));
            assertThat(node.starts()).doesNotHaveDuplicates();
            assertThat(node.endedUnasked().stream().filter(uid -> pods.stream().anyMatch(p -> p.contains(uid))))
                    .isEmpty();
        }
    }

    @Test
    void nodesOfADrainedManagerGoToAnotherWhilePodsComeAndGo() throws Exception {
        List<String> pods = running();
        Map<String, Long> tokens = tokens("rm-1", "rm-2");
        List<List<String>> starts = nodes.stream().map(FollowingNode::starts).toList();
        assertThat(tokens("rm-2")).hasSizeGreaterThan(3);
        String version = tenants.resources()
                .list(TenantId.SYSTEM, Kind.NODE, Query.namespace(null))
                .resourceVersion();
        List<ResourceEvent> seen = new CopyOnWriteArrayList<>();
        try (ResourceWatch watch =
                        tenants.resources().watch(TenantId.SYSTEM, Kind.NODE, Query.namespace(null), version);
                Load load = new Load()) {
            // Before the manager is gone, and with it the watch of all managers.
            reached = step -> {
                if (step.equals("drained")) {
                    seen.addAll(poll(watch));
                }
            };
            PartitionRemoval over = drain();
            assertThat(over.state()).as(over.message()).isEqualTo(PartitionRemoval.State.REMOVED);
            // What comes afterwards can use the nodes again.
            int before = nodes.get(1).starts().size();
            create("after", "  nodeName: n2");
            await().atMost(SOON).until(() -> nodes.get(1).starts().size() > before);
            assertThat(load.failures).isEmpty();
        }
        assertThat(seen).isNotEmpty().noneMatch(ResourceEvent.Deleted.class::isInstance);
        assertNothingNoticed(pods, tokens, starts);
        assertThat(tenants.resources()
                        .list(TenantId.SYSTEM, Kind.NODE, Query.namespace(null))
                        .items())
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node-held",
                "node-switched",
                "node-part",
                "node-taken",
                "node-leaves",
                "node-left",
                "node-arrived",
                "node-seen",
                "node-forgotten"
            })
    void aMoveIsFinishedAfterACrashAtEachStep(String step) throws Exception {
        List<String> pods = running();
        Map<String, Long> tokens = tokens("rm-1", "rm-2");
        List<List<String>> starts = nodes.stream().map(FollowingNode::starts).toList();
        AtomicBoolean met = new AtomicBoolean();
        reached = now -> {
            if (now.equals(step) && met.compareAndSet(false, true)) {
                restart("rm-1");
                restart("rm-2");
                throw new IllegalStateException("crash at " + step);
            }
        };
        byte[] identity = "who n2 is".getBytes(StandardCharsets.UTF_8);
        directory()
                .submit(Transaction.put(IdentityKeys.node("rm-2", "n2"), identity))
                .toCompletableFuture()
                .join();
        PartitionRemoval over = drain();
        assertThat(met).isTrue();
        assertThat(over.state()).as(over.message()).isEqualTo(PartitionRemoval.State.REMOVED);
        assertNothingNoticed(pods, tokens, starts);
        // Its certificate is good at the other manager, and no more at this one.
        assertThat(directory().list(IdentityKeys.NODES, 10).entries())
                .singleElement()
                .satisfies(e -> assertThat(e.key()).isEqualTo(IdentityKeys.node("rm-1", "n2")))
                .satisfies(e -> assertThat(e.value()).isEqualTo(identity));
    }

    private Partition directory() {
        return partitions.partitionService().directory().orElseThrow();
    }

    /** Or it would be revoked at the one and stay good at the other. */
    @Test
    void whoChangesAnIdentityWhileItsNodeMovesFindsBothCopies() throws Exception {
        String key = IdentityKeys.node("rm-2", "n2");
        directory()
                .submit(Transaction.put(key, "who n2 is".getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture()
                .join();
        Entry before = directory().get(key).orElseThrow();
        CompletableFuture<CommitResult> late = new CompletableFuture<>();
        reached = now -> {
            if (now.equals("node-switched")
                    && directory().get(IdentityKeys.node("rm-1", "n2")).isPresent()) {
                // What was read before the copy was made must not be what is written after.
                directory()
                        .submit(new Transaction(
                                List.of(new Precondition.AtRevision(key, before.revision())),
                                List.of(new Operation.Put(key, "revoked".getBytes(StandardCharsets.UTF_8)))))
                        .thenAccept(late::complete);
            }
        };
        drain();
        assertThat(late.get(20, TimeUnit.SECONDS)).isInstanceOf(CommitResult.Conflict.class);
    }

    @Test
    void aMachineThatHasJoinedUnderThatNameKeepsANodeWhereItIs() throws Exception {
        byte[] identity = "another n2".getBytes(StandardCharsets.UTF_8);
        directory()
                .submit(Transaction.put(IdentityKeys.node("rm-1", "n2"), identity))
                .toCompletableFuture()
                .join();
        PartitionRemoval over = drain();
        assertThat(over.state()).isEqualTo(PartitionRemoval.State.GIVEN_UP);
        assertThat(over.message()).contains("another machine has joined rm-1 as n2");
        assertThat(nodes.get(1).manager()).isEqualTo("rm-2");
    }

    @Test
    void aNodeOfThatNameAtTheOtherManagerKeepsBothWhereTheyAre() throws Exception {
        try (FollowingNode twin = new FollowingNode(uri, "n2", "rm-1")) {
            await().atMost(SOON).until(() -> partitions
                    .partition("rm-1")
                    .get(NodeKeys.node("n2"))
                    .isPresent());
            PartitionRemoval over = drain();
            assertThat(over.state()).isEqualTo(PartitionRemoval.State.GIVEN_UP);
            assertThat(over.message()).contains("rm-1 has a node n2 already");
            assertThat(nodes.get(1).manager()).isEqualTo("rm-2");
            assertThat(twin.manager()).isEqualTo("rm-1");
            assertThat(new String(
                            partitions
                                    .partition("rm-2")
                                    .get("rm/move/n2")
                                    .orElseThrow()
                                    .value(),
                            StandardCharsets.UTF_8))
                    .startsWith("1 KEPT");
        }
    }

    @Test
    void stepsOfAMoveThatIsOverAreRefused() throws Exception {
        PartitionRemoval over = drain();
        assertThat(over.state()).as(over.message()).isEqualTo(PartitionRemoval.State.REMOVED);
        for (NodeStep.Kind kind : List.of(NodeStep.Kind.LOOK, NodeStep.Kind.HOLD, NodeStep.Kind.KEEP)) {
            NodeStep late = NodeStep.of(kind, "n2", 0, "rm-2");
            assertThat(managers.get("rm-1")
                            .manager()
                            .step(late)
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS)
                            .refusal())
                    .contains("has made move 1 since");
        }
    }
}
