package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.agent.internal.core.Checkpoint;
import org.kochab.agent.internal.core.Effect;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Outbox;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.link.MqttLink;
import org.kochab.agent.internal.node.Machine;
import org.kochab.agent.internal.node.Memory;
import org.kochab.agent.internal.node.Provisioners;
import org.kochab.agent.internal.node.Settings;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.codec.JacksonCodec;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskState;

/**
 * Whatever the resource manager says: no exception, and what the agent keeps or tells of it can be written and read again. Whatever the core asks for is done at
 * once, so that pods run; commands run at once, too, on a driver that does all it is asked. Messages are separated by NUL and have the topic below
 * the node's root on their first line; {@code ~} stands for a desired state with one pod, whose document follows, and for that document.
 */
class InboxFuzzTest {
    private static final int MOST_MESSAGES = 32;
    /** So many steps get a pod running, and one to be stopped gone. */
    private static final int ROUNDS = 6;

    private static final Codec CODEC = new JacksonCodec();

    static Stream<byte[]> messages() {
        String pod =
                "{\"uid\":\"u\",\"tenant\":\"acme\",\"namespace\":\"default\",\"name\":\"x\",\"labels\":{\"a\":\"b\"},\"spec\":{"
                        + "\"runtimeClassName\":\"process\",\"restartPolicy\":\"OnFailure\",\"terminationGracePeriodSeconds\":3,"
                        + "\"initContainers\":[{\"name\":\"i\",\"command\":[\"true\"]}],\"containers\":[{\"name\":\"c\",\"image\":\"i:1\",\"command\":[\"sh\"],"
                        + "\"args\":[\"-c\"],\"env\":[{\"name\":\"A\",\"value\":\"$(B)\"}],\"ports\":[{\"containerPort\":80}],"
                        + "\"resources\":{\"limits\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}},\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}],"
                        + "\"livenessProbe\":{\"exec\":{\"command\":[\"true\"]},\"periodSeconds\":1}}],\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]}}";
        String function = "{\"uid\":\"u\",\"tenant\":\"acme\",\"namespace\":\"default\",\"name\":\"x\",\"spec\":{"
                + "\"runtimeClassName\":\"process\",\"function\":{\"name\":\"function\",\"image\":\"m.wasm\","
                + "\"resources\":{\"limits\":{\"memory\":\"1Mi\"}},\"concurrency\":2,\"timeoutSeconds\":5}}}";
        return Stream.concat(
                Stream.of(
                                "~\n" + pod,
                                "~\n{}",
                                "~\n{\"uid\":\"u\",\"spec\":{\"containers\":[{}]}}",
                                "~\n{\"uid\":\"u\",\"spec\":{\"containers\":[{\"name\":\"c\",\"volumeMounts\":[{}]}]}}",
                                "down/desired\n{\"epoch\":2,\"generation\":3,\"digest\":\"" + Digests.of(List.of())
                                        + "\",\"pods\":[]}\0~\n" + pod,
                                "down/announce\n{\"brokers\":[\"tcp://127.0.0.1:2\",\"ssl://[::1]:3\"],\"reportEverySeconds\":7}",
                                "down/announce\n{\"brokers\":[\"tcp/:1\",\"//h:1\",\"tcp:x\"],\"reportEverySeconds\":7}",
                                "down/announce\n{\"move\":{\"resourceManager\":\"rm-2\",\"number\":1,\"epoch\":3,\"generation\":4}}\0~\n"
                                        + pod,
                                "down/cmd/x\n{\"type\":\"report\",\"epoch\":1}\0down/cmd/y\n{\"type\":\"birth\",\"epoch\":1}\0down/cmd/y\n{\"type\":\"cancel\"}",
                                "down/cmd/l\n{\"type\":\"logs\",\"epoch\":1,\"uid\":\"u\",\"container\":\"c\",\"tailLines\":5,\"follow\":true}",
                                "~\n" + pod
                                        + "\0down/cmd/e\n{\"type\":\"exec\",\"epoch\":9,\"uid\":\"u\",\"container\":\"c\",\"command\":[\"ls\"],\"timeoutSeconds\":9}",
                                "~\n" + pod.replace("\"name\":\"c\"", "\"namm\":\"c\"")
                                        + "\0down/cmd/e\n{\"type\":\"exec\",\"epoch\":9,\"uid\":\"u\",\"container\":\"c\",\"command\":[\"ls\"]}",
                                "~\n" + pod
                                        + "\0down/cmd/a\n{\"type\":\"action\",\"epoch\":9,\"uid\":\"u\",\"container\":\"c\",\"command\":[\"Snapshot\",\"s1\"],\"timeoutSeconds\":9}"
                                        + "\0down/cmd/a\n{\"type\":\"action\",\"epoch\":9,\"uid\":\"u\",\"container\":\"c\",\"command\":[\"Reboot\"]}",
                                "down/cmd/a\n{\"type\":\"action\",\"epoch\":9,\"uid\":\"u\",\"container\":\"\\ud800\",\"command\":[\"Restore\",\"../s\"]}",
                                "~\n" + function
                                        + "\0down/cmd/i\n{\"type\":\"invoke\",\"epoch\":9,\"uid\":\"u\",\"container\":\"function\",\"data\":\"aGk=\",\"timeoutSeconds\":9}"
                                        + "\0down/cmd/j\n{\"type\":\"invoke\",\"epoch\":9,\"uid\":\"u\",\"container\":\"function\",\"data\":\"-\"}"
                                        + "\0down/cmd/i\n{\"type\":\"cancel\",\"epoch\":9}",
                                "down/cmd/v\n{\"type\":\"update\",\"epoch\":1,\"update\":{\"id\":\"w1.n\",\"version\":\"2.0\",\"url\":\"https://h/a.tar.gz\",\"sha256\":\""
                                        + "0a".repeat(32)
                                        + "\"}}\0down/cmd/w\n{\"type\":\"update\",\"epoch\":1,\"update\":{}}",
                                "down/cmd/v\n{\"type\":\"update\",\"epoch\":1,\"update\":{\"id\":\"\\ud800\",\"version\":\"2\",\"url\":\"\",\"sha256\":\"\"}}",
                                "down/enrol\n{\"certificate\":\"x\",\"authority\":\"y\",\"renewAfterSeconds\":-5,\"waiting\":true,\"reason\":\"no\"}",
                                "down/spec/00\n{}\0down/spec/\n\0up/birth\n{}\0\0down/\n{}\0down/desired/\n{}")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)),
                Corpus.messages(20).stream().map(payload -> below("down/desired\n", payload)));
    }

    private static byte[] below(String topic, byte[] payload) {
        byte[] whole = java.util.Arrays.copyOf(topic.getBytes(StandardCharsets.UTF_8), topic.length() + payload.length);
        System.arraycopy(payload, 0, whole, topic.length(), payload.length);
        return whole;
    }

    @MethodSource("messages")
    @FuzzTest
    void messages(byte[] bytes) throws IOException {
        try (Node node = new Node()) {
            for (String message : new String(bytes, StandardCharsets.ISO_8859_1).split("\0", MOST_MESSAGES)) {
                String[] parts = message.split("\n", 2);
                byte[] payload = (parts.length > 1 ? parts[1] : "").getBytes(StandardCharsets.ISO_8859_1);
                if (parts[0].equals("~")) {
                    node.want(payload);
                } else {
                    String topic = new String(parts[0].getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
                    node.take(topic, payload);
                }
            }
        }
    }

    /** The agent without its thread and its connection. */
    private static final class Node implements AutoCloseable {
        private static final Path DIRECTORY = Path.of("target", "inbox-fuzz").toAbsolutePath();
        private static final Settings SETTINGS = new Settings(
                "n",
                "rm-1",
                List.of(URI.create("tcp://127.0.0.1:1")),
                DIRECTORY,
                Duration.ofSeconds(10),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Optional.empty());
        private static final Machine MACHINE = Machine.measure(SETTINGS, "test");
        private static final MqttLink LINK = new MqttLink("fuzz", new NoNews());
        private static final Pools POOLS = new Pools(new AtOnce());

        private long millis = 1_000_000;
        private final Memory memory = new Memory(Files.createDirectories(DIRECTORY), CODEC);
        private final Reconciler core = new Reconciler(Checkpoint.EMPTY, memory::spec, "127.0.0.1", now());
        private final Uplink uplink;
        private final Updates updates;
        private final Inbox inbox;

        Node() throws IOException {
            EventLoop loop = new EventLoop(() -> Long.MAX_VALUE);
            Runtimes runtimes = new Runtimes(POOLS, loop, core);
            Outbox outbox = new Outbox(1 << 20);
            runtimes.add(new ObedientDriver());
            updates = new Updates(Optional.empty(), loop, POOLS);
            Provisioners provisioners = new Provisioners(List.of());
            uplink = new Uplink(
                    new Uplink.Parts(
                            SETTINGS,
                            MACHINE,
                            "test",
                            CODEC,
                            memory,
                            core,
                            loop,
                            new WayIn(Optional.empty()),
                            updates,
                            provisioners),
                    runtimes,
                    new Devices(SETTINGS, loop, core.devices()),
                    LINK,
                    new SplittableRandom(1),
                    outbox,
                    now());
            inbox = new Inbox(
                    CODEC,
                    core,
                    memory,
                    uplink,
                    new Commands(CODEC, core, runtimes, uplink, outbox, loop, POOLS, updates, provisioners));
            core.driver("process", List.of());
            core.probed("process", true, "");
        }

        private Moment now() {
            return new Moment(millis, Instant.ofEpochSecond(1_800_000_000).plusMillis(millis));
        }

        /** Makes the node want a pod, and gives it the document. */
        void want(byte[] document) {
            String digest = Digests.of(document);
            List<Desired.Entry> pods = List.of(new Desired.Entry("u", digest, 1, null));
            Desired desired = new Desired(core.epoch() + 1, 1, Digests.of(pods), pods);
            take("down/desired", CODEC.encode(desired));
            take("down/spec/" + digest, document);
        }

        void take(String topic, byte[] payload) {
            inbox.take(uplink.topics().root() + "/" + topic, payload, now());
            millis += 1_000;
            for (int i = 0; i < ROUNDS; i++) {
                core.step(now()).forEach(this::done);
            }
            Checkpoint kept = core.checkpoint();
            assertThat(CODEC.decode(CODEC.encode(kept), Checkpoint.class)).isEqualTo(kept);
            new Reconciler(kept, memory::spec, "127.0.0.1", now());
            CODEC.encode(core.all());
            Optional.ofNullable(updates.said()).ifPresent(CODEC::encode);
            assertThat(core.nextDue(now())).isPositive();
            assertThat(uplink.topics().root()).matches("kochab/1/[a-z0-9-]{1,63}/n");
        }

        private void done(Effect effect) {
            if (effect instanceof Effect.Start start) {
                TaskHandle handle =
                        new TaskHandle(start.uid(), start.container().name(), start.attempt(), "t");
                core.started(start.uid(), handle, null, null, now());
                if (start.init()) {
                    core.exited(start.uid(), handle, new TaskExit(0, 0, false, now().wall()), now());
                }
            } else if (effect instanceof Effect.Update update) {
                core.updated(update.uid(), update.handle(), true, now());
            } else if (effect instanceof Effect.Stop stop) {
                core.stopped(stop.uid(), stop.handle(), true, now());
            } else if (effect instanceof Effect.Recover recover) {
                TaskExit killed = new TaskExit(143, 15, false, now().wall());
                core.recovered(recover.uid(), recover.handle(), new TaskState.Ended(killed), null, now());
            } else if (effect instanceof Effect.Remove remove) {
                core.removed(remove.uid(), remove.handle(), true, now());
            } else if (effect instanceof Effect.Discard discard) {
                core.discarded(discard.uid(), true, now());
            } else if (effect instanceof Effect.Check check) {
                core.checked(check.uid(), check.handle(), check.kind(), true, "", now());
            }
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> specs = Files.list(DIRECTORY.resolve("specs"))) {
                for (Path spec : specs.toList()) {
                    Files.delete(spec);
                }
            }
        }
    }

    /** Runs what it is given on the thread that gives it. */
    private static final class AtOnce extends ThreadPoolExecutor {
        AtOnce() {
            super(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    private static final class NoNews implements MqttLink.Listener {
        @Override
        public void up(long connection) {}

        @Override
        public void down(long connection, boolean refused, String why) {}

        @Override
        public void message(long connection, String topic, byte[] payload) {}
    }
}
