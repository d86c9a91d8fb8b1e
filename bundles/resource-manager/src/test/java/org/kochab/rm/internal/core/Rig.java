package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Enrolled;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Container;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.spi.secret.SealException;
import org.kochab.spi.secret.Sealer;
import org.kochab.store.memory.MemoryStore;

/** A manager on the real kernel, with the test as its thread, its clock and its nodes. */
final class Rig implements AutoCloseable {
    static final Codec CODEC = new JacksonCodec();
    static final long MIB = 1 << 20;

    final LocalPartitions local;
    final FaultyPartition partition;
    final RecordingLink link = new RecordingLink();
    final List<String> log = new ArrayList<>();
    private final Map<SerialResourceManager, LinkedBlockingQueue<Runnable>> threads = new HashMap<>();
    private LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private long clock = 1_000_000;
    private int names;
    SerialResourceManager manager;

    Rig() {
        this(LocalPartitions.start(new MemoryStore()));
    }

    /** On a partition that is empty, or was {@link #emptied}. */
    Rig(LocalPartitions local) {
        this.local = local;
        this.partition = new FaultyPartition(local.partition("rm-1"));
        this.manager = start();
    }

    /** Writes backwards, with the purpose in front. */
    static final Sealer SEALER = new Sealer() {
        @Override
        public byte[] seal(byte[] plain, String purpose) {
            return (purpose + "\n" + backwards(new String(plain, StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] open(byte[] sealed, String purpose) {
            String text = new String(sealed, StandardCharsets.UTF_8);
            if (!text.startsWith(purpose + "\n")) {
                throw new SealException("it is not for " + purpose);
            }
            return backwards(text.substring(purpose.length() + 1)).getBytes(StandardCharsets.UTF_8);
        }

        private String backwards(String text) {
            return new StringBuilder(text).reverse().toString();
        }
    };

    private SerialResourceManager start() {
        LinkedBlockingQueue<Runnable> mine = tasks;
        Outside outside = new Outside(
                partition,
                CODEC,
                link,
                mine::add,
                Runnable::run,
                () -> clock,
                () -> Instant.ofEpochSecond(1_800_000_000).plusMillis(clock),
                () -> "name-" + ++names,
                (node, request) -> CompletableFuture.completedStage(Enrolled.refused("of " + node)),
                SEALER,
                new Outside.Log() {
                    @Override
                    public void info(String line) {
                        log.add(line);
                    }

                    @Override
                    public void warn(String line) {
                        log.add("WARN " + line);
                    }
                });
        SerialResourceManager started = new SerialResourceManager(outside, Settings.DEFAULT, new Inbox(1_000, 8 << 20));
        manager = started;
        threads.put(started, mine);
        started.start();
        started.linkUp();
        settle();
        assertThat(started.machine().ready()).isCompleted();
        return started;
    }

    /** A crash and a new leader: what was under way stays as it may be in the partition, memory is gone. */
    void restart() {
        tasks = new LinkedBlockingQueue<>();
        partition.epoch++;
        manager = start();
    }

    /** Lets a manager run on that was replaced. */
    void runOld(SerialResourceManager old) {
        SerialResourceManager present = manager;
        LinkedBlockingQueue<Runnable> presentTasks = tasks;
        manager = old;
        tasks = threads.get(old);
        settle();
        manager = present;
        tasks = presentTasks;
    }

    /** Runs until nothing is under way, commits included. */
    void settle() {
        runWaiting();
        while (!manager.machine().isSettled() || !tasks.isEmpty()) {
            if (manager.machine().waitsForTime() && tasks.isEmpty()) {
                pass(100);
            } else {
                step();
            }
        }
    }

    /** Runs what waits, and waits for no commit. */
    void runWaiting() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void step() {
        try {
            Runnable task = tasks.poll(20, TimeUnit.SECONDS);
            assertThat(task).as("a commit came back within 20 s").isNotNull();
            task.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void pass(long millis) {
        clock += millis;
        manager.tick();
        runWaiting();
    }

    /** Lets time go by with ticks, as in life. */
    void passSeconds(double seconds) {
        for (long left = (long) (seconds * 1_000); left > 0; left -= 200) {
            pass(Math.min(200, left));
            settle();
        }
    }

    /** Lets time go by with the manager asleep. */
    void freezeSeconds(long seconds) {
        clock += seconds * 1_000;
        manager.tick();
        settle();
    }

    <T> T await(CompletionStage<T> stage) {
        settle();
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    void send(String topic, byte[] payload) {
        manager.received(topic, payload, false);
        settle();
    }

    void send(String topic, Object message) {
        send(topic, CODEC.encode(message));
    }

    static Topics topics(String node) {
        return Topics.of("rm-1", node);
    }

    void birth(String node, long birth, Map<String, String> capacity) {
        send(topics(node).birth(), birthOf(birth, capacity));
    }

    static Birth birthOf(long birth, Map<String, String> capacity) {
        return new Birth(
                "boot-1",
                birth,
                "test",
                capacity,
                null,
                List.of(new Node.Runtime("process", true, null, List.of("cpu"))),
                null,
                null,
                null,
                null,
                null,
                0);
    }

    void heartbeat(String node, long birth, long sequence) {
        send(topics(node).heartbeat(), new Heartbeat(birth, sequence, null));
    }

    static Map<String, Long> requests(long cpu, long memory) {
        return new TreeMap<>(Map.of("cpu", cpu, "memory", memory, "pods", 1L));
    }

    static Claim claim(String uid, String node, long cpu, long memory) {
        return claimOf(uid, 1, "tp-1", node, requests(cpu, memory));
    }

    static Claim claimOf(String uid, long generation, String partition, String node, Map<String, Long> requests) {
        return new Claim(
                uid,
                generation,
                "acme",
                "default",
                "pod-" + uid,
                partition,
                node,
                requests,
                Map.of("app", "web"),
                spec(),
                0,
                null,
                false);
    }

    static PodSpec spec() {
        Container c =
                Container.builder().name("main").command(List.of("sleep", "60")).build();
        return PodSpec.builder()
                .containers(List.of(c))
                .runtimeClassName("process")
                .build();
    }

    ClaimAnswer claimOne(Claim claim, long epoch) {
        return await(manager.claim(List.of(new ClaimRequest(claim, new Reading(epoch, 0), null))))
                .get(0);
    }

    ClaimAnswer.Granted granted(String uid, String node, long cpu) {
        ClaimAnswer answer = claimOne(claim(uid, node, cpu, MIB), 1);
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        return (ClaimAnswer.Granted) answer;
    }

    void release(String uid, String node, long grace, boolean force) {
        await(manager.release(List.of(new Release(uid, node, "tp-1", 1, grace, force))));
    }

    static Reported.Entry entry(String uid, long token, String phase, boolean gone) {
        return new Reported.Entry(
                uid, token, gone, new PodStatus(phase, null, null, null, null, null, null, null, null, null));
    }

    Optional<Node> node(String name) {
        return read(NodeKeys.node(name), Node.class);
    }

    Optional<Claim> stored(String node, String uid) {
        return read(NodeKeys.claim(node, uid), Claim.class);
    }

    Optional<PodReport> report(String uid) {
        return read(NodeKeys.report("tp-1", uid), PodReport.class);
    }

    private <T> Optional<T> read(String key, Class<T> type) {
        return partition.get(key).map(e -> CODEC.decode(e.value(), type));
    }

    String phase(String node) {
        return node(node).orElseThrow().status().phase();
    }

    Desired desired(String node) {
        return CODEC.decode(link.retained.get(topics(node).desired()), Desired.class);
    }

    /** Types of the commands sent to a node since the last look; looks at everything that was sent. */
    List<String> commands(String node) {
        return link.sent().stream()
                .filter(m -> m.topic().startsWith(topics(node).root() + "/down/cmd/"))
                .map(m -> CODEC.decode(m.payload(), Command.class).type())
                .toList();
    }

    Map<String, byte[]> contents() {
        Map<String, byte[]> all = new TreeMap<>();
        for (var e : partition.list("", 10_000).entries()) {
            all.put(e.key(), e.value());
        }
        return all;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Ends the manager and deletes all that it wrote. */
    void emptied() {
        await(manager.stop());
        List<Operation> deletes = new ArrayList<>();
        contents().keySet().forEach(key -> deletes.add(new Operation.Delete(key)));
        assertThat(real().submit(new Transaction(List.of(), deletes))).succeedsWithin(Duration.ofSeconds(20));
    }

    Partition real() {
        return local.partition("rm-1");
    }

    @Override
    public void close() {
        local.close();
    }
}
