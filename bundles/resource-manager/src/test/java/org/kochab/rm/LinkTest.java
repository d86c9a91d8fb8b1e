package org.kochab.rm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reply;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.model.Container;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.partition.Partition;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

/** The whole manager on a real broker; subclasses say which. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
abstract class LinkTest {
    private static final Map<String, String> CAPACITY = Map.of("cpu", "4", "memory", "8Gi");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int LOST_SECONDS = 20;

    /** A broker that can be killed, and started again at the same address with nothing in its memory. */
    interface Broker extends AutoCloseable {
        int port();

        void restart() throws IOException;

        @Override
        void close();

        default String uri() {
            return "tcp://127.0.0.1:" + port();
        }
    }

    protected abstract Broker broker(Path directory) throws IOException;

    @TempDir
    Path directory;

    private final AtomicLong aheadMillis = new AtomicLong();
    private final AtomicBoolean looked = new AtomicBoolean();
    private Broker broker;
    private LocalPartitions local;
    private Partition partition;
    private LinkedResourceManager running;

    @BeforeEach
    void start() throws IOException {
        broker = broker(directory);
        local = LocalPartitions.start(new MemoryStore());
        partition = local.partition("rm-1");
        running = LinkedResourceManager.start(
                partition,
                new JacksonCodec(),
                new LinkedResourceManager.Config(List.of(broker.uri()), 16, LOST_SECONDS, 1),
                LinkedResourceManager.Security.none(),
                this::millis);
        done(running.ready());
        linked();
    }

    private void linked() {
        await().atMost(SOON).until(running::isLinked);
    }

    private long millis() {
        looked.set(true);
        return System.nanoTime() / 1_000_000 + aheadMillis.get();
    }

    /** Time passes two seconds a tick: all at once the manager would take for a sleep of its own. */
    private void hurry() {
        if (looked.getAndSet(false)) {
            aheadMillis.addAndGet(2_000);
        }
    }

    private void awaitLost(String node) {
        await().atMost(SOON).pollInterval(LOOK).until(() -> {
            hurry();
            return isInPhase(node, "Lost");
        });
    }

    @AfterEach
    void stop() {
        running.close();
        local.close();
        broker.close();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Birth birth(long number) {
        return new Birth("boot", number, null, CAPACITY, null, null, null, null, null, null, null, 0);
    }

    private static Claim claim(String uid, String node, List<String> command) {
        Container c = Container.of("main", null, command);
        PodSpec spec = PodSpec.builder()
                .containers(List.of(c))
                .runtimeClassName("process")
                .build();
        Map<String, Long> requests = new TreeMap<>(Map.of("cpu", 500L, "memory", 1L << 20, "pods", 1L));
        return new Claim(
                uid, 1, "acme", "default", "web-" + uid, "tp-1", node, requests, Map.of(), spec, 0, null, false);
    }

    private ClaimAnswer claimed(Claim claim) {
        return done(running.manager().claim(List.of(new ClaimRequest(claim, new Reading(1, 0), null))))
                .get(0);
    }

    private Optional<Node> node(String name) {
        return partition.get(NodeKeys.node(name)).map(e -> MqttNode.CODEC.decode(e.value(), Node.class));
    }

    private boolean isInPhase(String name, String phase) {
        return node(name).map(n -> phase.equals(n.status().phase())).orElse(false);
    }

    private String podPhase(String uid) {
        return partition
                .get(NodeKeys.report("tp-1", uid))
                .map(e -> MqttNode.CODEC
                        .decode(e.value(), PodReport.class)
                        .status()
                        .phase())
                .orElse("");
    }

    @Test
    void aPodGoesToANodeAndBackOverTheLink() throws Exception {
        try (MqttNode node = new MqttNode(broker.uri(), "edge-1")) {
            node.send(node.topics.birth(), birth(1));
            await().atMost(SOON).until(() -> isInPhase("edge-1", "Ready"));

            ClaimAnswer.Granted granted = (ClaimAnswer.Granted) claimed(claim("u1", "edge-1", List.of("sleep", "9")));
            await().atMost(SOON)
                    .until(() -> node.desired().map(d -> d.pods().size() == 1).orElse(false));
            Desired desired = node.desired().orElseThrow();
            Desired.Entry entry = desired.pods().get(0);
            assertThat(entry.token()).isEqualTo(granted.token());
            assertThat(desired.digest()).isEqualTo(Digests.of(desired.pods()));
            assertThat(desired.epoch()).isEqualTo(partition.epoch());

            node.send(node.topics.request(), new Request(1, List.of(entry.specDigest())));
            String specTopic = node.topics.spec(entry.specDigest());
            await().atMost(SOON).until(() -> node.last.containsKey(specTopic));
            byte[] document = node.last.get(specTopic).getPayload();
            assertThat(Digests.of(document)).isEqualTo(entry.specDigest());
            PodDocument pod = MqttNode.CODEC.decode(document, PodDocument.class);
            assertThat(pod.name()).isEqualTo("web-u1");

            node.send(node.topics.reported(), report(1, desired, entry, "Running", false));
            await().atMost(SOON).until(() -> podPhase("u1").equals("Running"));

            done(running.manager().release(List.of(new Release("u1", "edge-1", "tp-1", 1, 7, false))));
            await().atMost(SOON).until(() -> Long.valueOf(7)
                    .equals(node.desired().orElseThrow().pods().get(0).stopGraceSeconds()));
            node.send(node.topics.reported(), report(2, desired, entry, "Failed", true));
            await().atMost(SOON)
                    .until(() -> partition.get(NodeKeys.claim("edge-1", "u1")).isEmpty());
            assertThat(partition.get(NodeKeys.report("tp-1", "u1"))).isEmpty();
            await().atMost(SOON).until(() -> node.desired().orElseThrow().pods().isEmpty());
        }
    }

    private static Reported report(long sequence, Desired desired, Desired.Entry entry, String phase, boolean gone) {
        PodStatus status = new PodStatus(phase, null, null, null, null, null, null, null, null, null);
        return new Reported(
                1,
                sequence,
                desired.epoch(),
                desired.generation(),
                false,
                List.of(new Reported.Entry(entry.uid(), entry.token(), gone, status)));
    }

    @Test
    void commandsAreAnsweredAndCancelled() throws Exception {
        try (MqttNode node = new MqttNode(broker.uri(), "edge-1")) {
            node.send(node.topics.birth(), birth(1));
            await().atMost(SOON).until(() -> isInPhase("edge-1", "Ready"));
            assertThat(claimed(claim("u1", "edge-1", List.of("true")))).isInstanceOf(ClaimAnswer.Granted.class);

            List<String> output = new CopyOnWriteArrayList<>();
            var logs = running.manager()
                    .command(
                            "edge-1",
                            new NodeCommand.Logs("u1", "main", 10, true, false, 60),
                            (error, bytes) -> output.add(error + ":" + new String(bytes, StandardCharsets.UTF_8)));
            await().atMost(SOON).until(() -> node.last.keySet().stream().anyMatch(t -> t.contains("/down/cmd/")));
            String topic = node.last.keySet().stream()
                    .filter(t -> t.contains("/down/cmd/"))
                    .findFirst()
                    .orElseThrow();
            String correlation = topic.substring(topic.lastIndexOf('/') + 1);
            var properties = node.last.get(topic).getProperties();
            assertThat(properties.getResponseTopic()).isEqualTo(node.topics.reply(correlation));
            assertThat(new String(properties.getCorrelationData(), StandardCharsets.UTF_8))
                    .isEqualTo(correlation);
            assertThat(properties.getMessageExpiryInterval()).isEqualTo(60);

            node.send(node.topics.reply(correlation), new Reply(0, "out", base64("hello\n"), null, null));
            node.send(node.topics.reply(correlation), new Reply(1, "err", base64("oh\n"), null, null));
            await().atMost(SOON).until(() -> output.size() == 2);
            assertThat(output).containsExactly("false:hello\n", "true:oh\n");

            logs.cancel();
            await().atMost(SOON).until(() -> MqttNode.CODEC
                    .decode(node.last.get(topic).getPayload(), Command.class)
                    .type()
                    .equals("cancel"));
            node.send(node.topics.reply(correlation), new Reply(2, null, null, 0, null));
            assertThat(done(logs.exit())).isZero();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBrokerThatIsAwayOrForgetsChangesNothing() throws Exception {
        try (MqttNode node = new MqttNode(broker.uri(), "edge-1")) {
            node.send(node.topics.birth(), birth(1));
            await().atMost(SOON).until(() -> isInPhase("edge-1", "Ready"));
            assertThat(claimed(claim("u1", "edge-1", List.of("true")))).isInstanceOf(ClaimAnswer.Granted.class);
        }
        broker.close();
        await().atMost(SOON).until(() -> !running.isLinked());
        // Claims do not need the link.
        assertThat(claimed(claim("u2", "edge-1", List.of("true")))).isInstanceOf(ClaimAnswer.Granted.class);
        // Longer than the lease: silence does not count while nothing can be heard.
        await().atMost(SOON).pollInterval(LOOK).until(() -> {
            assertThat(isInPhase("edge-1", "Ready")).isTrue();
            hurry();
            return aheadMillis.get() > 2_000 * LOST_SECONDS;
        });

        broker.restart();
        linked();
        try (MqttNode node = new MqttNode(broker.uri(), "edge-1")) {
            // The broker has forgotten what was retained; the manager says it again without being asked.
            await().atMost(SOON)
                    .until(() -> node.desired().map(d -> d.pods().size() == 2).orElse(false));
            await().atMost(SOON).until(() -> node.last.containsKey(node.topics.announce()));
            node.send(node.topics.heartbeat(), new Heartbeat(1, 1, null));
        }
        awaitLost("edge-1");
        assertThat(partition.get(NodeKeys.claim("edge-1", "u1"))).isPresent();
        assertThat(partition.get(NodeKeys.claim("edge-1", "u2"))).isPresent();
    }

    @Test
    void aShellScriptIsANode() throws Exception {
        Path script = Path.of(System.getProperty("basedir", "."))
                .toAbsolutePath()
                .resolve("../../examples/shell-node/node.sh")
                .normalize();
        Process node = new ProcessBuilder(
                        script.toString(), "127.0.0.1", Integer.toString(broker.port()), "rm-1", "shell-1")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("node.log").toFile())
                .start();
        Path mark = directory.resolve("mark");
        try {
            await().atMost(SOON).until(() -> isInPhase("shell-1", "Ready"));
            List<String> command = List.of("sh", "-c", "echo ready; echo $$ > " + mark + "; exec sleep 600");
            assertThat(claimed(claim("s1", "shell-1", command))).isInstanceOf(ClaimAnswer.Granted.class);
            await().atMost(SOON).until(() -> podPhase("s1").equals("Running"));
            await().atMost(SOON).until(() -> Files.exists(mark) && Files.size(mark) > 1);
            ProcessHandle pod = ProcessHandle.of(
                            Long.parseLong(Files.readString(mark).strip()))
                    .orElseThrow();
            assertThat(pod.isAlive()).isTrue();

            List<String> output = new CopyOnWriteArrayList<>();
            var logs = running.manager()
                    .command(
                            "shell-1",
                            new NodeCommand.Logs("s1", "main", null, false, false, 20),
                            (error, bytes) -> output.add(new String(bytes, StandardCharsets.UTF_8)));
            assertThat(done(logs.exit())).isZero();
            assertThat(String.join("", output)).isEqualTo("ready\n");

            assertThat(claimed(claim("s2", "shell-1", List.of("true")))).isInstanceOf(ClaimAnswer.Granted.class);
            await().atMost(SOON).until(() -> podPhase("s2").equals("Succeeded"));
            assertThat(pod.isAlive()).isTrue();

            done(running.manager().release(List.of(new Release("s1", "shell-1", "tp-1", 1, 2, false))));
            await().atMost(SOON)
                    .until(() -> partition.get(NodeKeys.claim("shell-1", "s1")).isEmpty());
            assertThat(pod.isAlive()).isFalse();
        } finally {
            node.destroy();
            assertThat(node.waitFor(20, TimeUnit.SECONDS))
                    .as("the script ended")
                    .isTrue();
        }
        awaitLost("shell-1");
        assertThat(node("shell-1").orElseThrow().spec().taints()).hasSize(1);
    }
}
