package org.kochab.updates.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashSet;
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
import org.kochab.api.model.LabelSelector;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.update.UpdateSpec;
import org.kochab.api.update.UpdateStatus;
import org.kochab.api.update.UpdateStatus.Stage;
import org.kochab.api.update.UpdateStatus.State;
import org.kochab.api.update.Wave;
import org.kochab.codec.JacksonCodec;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.partition.LocalPartitions;
import org.kochab.rm.LinkedResourceManager;
import org.kochab.store.memory.MemoryStore;

/** A member with its kernel, broker and resource manager, and nodes that speak the protocol to it. */
@Timeout(120)
class DirectoryUpdatesTest {
    private static final int NODES = 20;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

    private final Codec codec = new JacksonCodec();
    private LocalPartitions partitions;
    private EmbeddedBroker broker;
    private LinkedResourceManager manager;
    private DirectoryUpdates updates;
    private FakeNodes nodes;

    @BeforeEach
    void start() throws Exception {
        partitions = LocalPartitions.start(new MemoryStore());
        broker = EmbeddedBroker.start(BrokerConfig.loopback());
        String uri = "tcp://127.0.0.1:" + broker.port();
        manager = LinkedResourceManager.start(
                partitions.partition("rm-1"), codec, new LinkedResourceManager.Config(List.of(uri), 3_000, 6_000, 60));
        manager.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
        await().atMost(SOON).until(manager::isLinked);
        nodes = new FakeNodes(uri);
        for (int i = 0; i < NODES; i++) {
            nodes.join("n" + i);
        }
        updates = member(Duration.ofMillis(50));
        await().atMost(SOON).until(() -> known() == NODES);
    }

    private DirectoryUpdates member(Duration pause) {
        DirectoryUpdates member =
                new DirectoryUpdates(partitions.partitionService(), id -> Optional.of(manager.manager()), codec, pause);
        member.start();
        return member;
    }

    private long known() {
        return partitions.partition("rm-1").list("node/", 1_000).entries().size();
    }

    @AfterEach
    void stop() throws Exception {
        updates.close();
        nodes.close();
        manager.close();
        broker.close();
        partitions.close();
    }

    private static UpdateSpec spec(
            String name, String version, LabelSelector selector, int maxFailures, String... waves) {
        return new UpdateSpec(
                name,
                version,
                "https://example.org/agent.tar.gz",
                "0".repeat(64),
                selector,
                Stream.of(waves).map(Wave::parse).toList(),
                maxFailures,
                100,
                60,
                100);
    }

    private UpdateStatus reaches(String name, State state) {
        await().atMost(SOON).until(() -> updates.get(name).state() == state);
        return updates.get(name);
    }

    @Test
    void everyNodeIsUpdatedOnceInWaves() {
        updates.create(spec("good", "2.0", ALL, 0, "1", "50%", "100%"));

        UpdateStatus done = reaches("good", State.COMPLETED);

        assertThat(done.counts()).isEqualTo(new UpdateStatus.Counts(NODES, NODES, 0, 0, 0, 0));
        assertThat(nodes.asked).hasSize(NODES).doesNotHaveDuplicates();
        assertThat(nodes.running("2.0")).isEqualTo(NODES);
    }

    @Test
    void aBrokenVersionStopsInItsFirstWave() {
        nodes.broken.add("3.0");
        updates.create(spec("bad", "3.0", ALL, 1, "3", "100%"));

        assertThat(reaches("bad", State.STOPPED).message())
                .contains("nodes have failed, 1 may", "RolledBack: it ended with status 1");
        // Two failures end it, and the third node of the wave may still be trying then.
        await().atMost(SOON).until(() -> updates.get("bad").counts().failed() == 3);
        UpdateStatus stopped = updates.get("bad");
        assertThat(stopped.nodes())
                .allMatch(n -> n.stage() == Stage.FAILED && n.version().equals("1.0"));
        assertThat(new HashSet<>(nodes.asked)).hasSize(3);
        assertThatThrownBy(() -> updates.resume("bad"))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));

        // Mended and under the same name again.
        updates.create(spec("bad", "3.1", ALL, 1, "3", "100%"));
        reaches("bad", State.COMPLETED);
        assertThat(nodes.running("3.1")).isEqualTo(NODES);
    }

    @Test
    void anOperatorPausesResumesAndAborts() throws Exception {
        nodes.stuck.add("n7");
        LabelSelector seven = new LabelSelector(Map.of("kubernetes.io/hostname", "n7"), List.of());
        updates.create(spec("one", "2.0", seven, 0, "100%"));
        updates.create(spec("all", "2.0", ALL, 0, "100%"));
        await().atMost(SOON).until(() -> nodes.asked.contains("n7"));
        updates.pause("one");
        await().atMost(SOON).until(() -> nodes.running("2.0") == NODES - 1);

        // The node is the older update's, which is not over.
        assertThat(updates.get("one").state()).isEqualTo(State.PAUSED);
        reaches("all", State.COMPLETED);
        assertThat(nodes.asked.stream().filter("n7"::equals)).hasSize(1);
        updates.resume("one");
        reaches("one", State.PROGRESSING);
        updates.abort("one");
        updates.abort("one");
        assertThat(updates.list()).extracting(UpdateStatus::state).containsExactly(State.ABORTED, State.COMPLETED);
    }

    @Test
    void aNodeThatIsAwayIsUpdatedWhenItReturns() throws Exception {
        nodes.leave("n3");
        await().atMost(SOON).until(() -> !ready("n3"));
        updates.create(spec("most", "2.0", ALL, 0, "10%", "100%"));
        await().atMost(SOON).until(() -> nodes.running("2.0") == NODES - 1);
        await().atMost(SOON).until(() -> updates.get("most").message().contains("away"));
        assertThat(updates.get("most").nodes())
                .extracting(UpdateStatus.NodeStatus::node, UpdateStatus.NodeStatus::stage)
                .containsExactly(tuple("n3", Stage.AWAY));
        assertThat(nodes.asked).doesNotContain("n3");

        nodes.say("n3", null);

        reaches("most", State.COMPLETED);
        assertThat(nodes.running("2.0")).isEqualTo(NODES);
    }

    private boolean ready(String node) {
        return partitions
                .partition("rm-1")
                .get("node/" + node)
                .map(e -> codec.decode(e.value(), org.kochab.api.model.Node.class))
                .filter(n -> "Ready".equals(n.status().phase()))
                .isPresent();
    }

    @Test
    void anotherMemberGoesOnWhereThisOneEnded() {
        updates.close();
        updates.create(spec("go", "2.0", ALL, 0, "2", "100%"));
        // One that looks once.
        updates = member(Duration.ofHours(1));
        await().atMost(SOON).until(() -> nodes.asked.size() == 2);
        updates.close();
        assertThat(updates.get("go").state()).isEqualTo(State.PROGRESSING);
        updates = member(Duration.ofMillis(50));
        reaches("go", State.COMPLETED);
        assertThat(nodes.running("2.0")).isEqualTo(NODES);
    }

    @Test
    void refusesWhatMakesNoSense() {
        LabelSelector none = new LabelSelector(Map.of("site", "moon"), List.of());
        assertThatThrownBy(() -> updates.create(spec("none", "2.0", none, 0, "1")))
                .hasMessageContaining("no node with these labels");
        assertThatThrownBy(() -> spec("x", "../2.0", ALL, 0, "1")).hasMessageContaining("version '../2.0'");
        assertThatThrownBy(() -> spec("x", "2.0", ALL, 0, "0%")).hasMessageContaining("wave '0%'");
        assertThatThrownBy(() -> updates.get("none")).hasMessageContaining("there is no update 'none'");
        assertThat(updates.list()).isEmpty();
    }
}
