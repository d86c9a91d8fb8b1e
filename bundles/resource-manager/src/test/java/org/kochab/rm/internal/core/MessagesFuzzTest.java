package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Reported;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

/**
 * Whatever arrives from a node: no event fails, what is refused changes nothing, and nothing changes what is another node's. Messages are separated by
 * NUL and have the topic on their first line: {@code ~} for what all topics of node a begin with, {@code !} before it for a retained message.
 */
class MessagesFuzzTest {
    private static final String UP = "kochab/1/rm-1/a/up/";
    private static final int MOST_MESSAGES = 32;
    private static final List<String> NEIGHBOURS =
            List.of(NodeKeys.node("b"), NodeKeys.claim("b", "q"), NodeKeys.report("tp-1", "q"));

    private static LocalPartitions local;

    @BeforeAll
    static void start() {
        local = LocalPartitions.start(new MemoryStore());
    }

    @AfterAll
    static void close() {
        local.close();
    }

    static Stream<byte[]> messages() {
        String pod =
                "{\"uid\":\"p\",\"token\":1,\"status\":{\"phase\":\"Succeeded\",\"startTime\":\"2026-01-01T00:00:00Z\",\"podIP\":\"10.0.0.1\","
                        + "\"containerStatuses\":[{\"name\":\"main\",\"ready\":true,\"restartCount\":2,\"state\":{\"running\":{}}}]}}";
        return Stream.of(
                        "~birth\n{\"birth\":9,\"bootId\":\"b2\",\"agentVersion\":\"1\",\"capacity\":{\"cpu\":\"2\",\"memory\":\"1Gi\",\"example.org/gpu\":\"1\"},"
                                + "\"allocatable\":{\"cpu\":\"1900m\"},\"runtimes\":[{\"kind\":\"process\",\"ok\":true,\"limits\":[\"cpu\"]}],"
                                + "\"labels\":{\"zone\":\"x\"},\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.0.0.9\"}],"
                                + "\"nodeInfo\":{\"osImage\":\"Debian\"},\"images\":[{\"names\":[\"a:1\"],\"sizeBytes\":5}],\"appliedGeneration\":1}",
                        "~reported\n{\"birth\":5,\"sequence\":2,\"epoch\":1,\"generation\":1,\"full\":false,\"pods\":["
                                + pod + "]}\0~heartbeat\n{\"birth\":5,\"sequence\":1,\"reportedDigest\":\"x\"}",
                        "~reported\n{\"birth\":5,\"sequence\":9,\"epoch\":1,\"generation\":1,\"full\":true,\"pods\":[{\"uid\":\"p\",\"token\":1,\"gone\":true}]}"
                                + "\0~reported\n{\"birth\":5,\"sequence\":9,\"epoch\":9,\"generation\":9,\"full\":true,\"pods\":[]}",
                        "~request\n{\"birth\":5,\"specs\":[\"" + "0".repeat(64) + "\",\"../x\"]}",
                        "!~state\n{\"online\":false,\"birth\":5}\0~state\n{\"online\":true,\"birth\":4}\0~state\n{\"online\":true,\"birth\":6}",
                        "~reply/x\n{\"sequence\":0,\"stream\":\"out\",\"data\":\"eA==\",\"exitCode\":0}",
                        "~enrol\n{\"request\":\"-----BEGIN\",\"token\":\"kochab1.\"}",
                        "kochab/1/rm-1/c/up/birth\n{\"birth\":1,\"bootId\":\"c\",\"capacity\":{\"cpu\":\"1\"}}\0kochab/1/rm-1/d/up/heartbeat\n{\"birth\":1}",
                        "~\u0085x\n{}\0~\u2028x\n{}",
                        "kochab/1/rm-1/../up/birth\n{}\0kochab/1/rm-2/a/up/birth\n{}\0\0/\n\0~metrics\nx\0~log/p\nx\0~reply/../x\n{}\0~birth\nnull",
                        "~birth\n" + "[".repeat(400)
                                + "\0~reported\n{\"birth\":1e400}\0~birth\n{\"birth\":9,\"bootId\":\"b\",\"capacity\":{\"cpu\":\"1e99\"}}")
                .map(Rig::utf8);
    }

    @MethodSource("messages")
    @FuzzTest
    void messages(byte[] bytes) {
        Rig rig = new Rig(local);
        try {
            begin(rig, "a", "p");
            begin(rig, "b", "q");
            rig.log.clear();
            for (String message : new String(bytes, StandardCharsets.ISO_8859_1).split("\0", MOST_MESSAGES)) {
                String[] parts = message.split("\n", 2);
                boolean retained = parts[0].startsWith("!");
                String topic = utf8(parts[0].substring(retained ? 1 : 0));
                send(
                        rig,
                        topic.startsWith("~") ? UP + topic.substring(1) : topic,
                        parts.length > 1 ? parts[1].getBytes(StandardCharsets.ISO_8859_1) : new byte[0],
                        retained);
            }
            assertThat(rig.log).hasSizeLessThan(300).allSatisfy(line -> {
                assertThat(line).doesNotContain("This is a bug").hasSizeLessThan(800);
                assertThat(line.chars().anyMatch(Character::isISOControl))
                        .as(line)
                        .isFalse();
            });
        } finally {
            rig.emptied();
        }
    }

    private static void begin(Rig rig, String node, String pod) {
        rig.birth(node, 5, Map.of("cpu", "1", "memory", "1Gi"));
        long token = rig.granted(pod, node, 500).token();
        Desired d = rig.desired(node);
        rig.send(
                Rig.topics(node).reported(),
                new Reported(5, 1, d.epoch(), d.generation(), true, List.of(Rig.entry(pod, token, "Running", false))));
    }

    private static void send(Rig rig, String topic, byte[] payload, boolean retained) {
        Ledger ledger = rig.manager.machine().ledger();
        long refusals = ledger.refusals.count();
        long revision = rig.partition.revision();
        Map<String, byte[]> told = Map.copyOf(rig.link.retained);
        List<Optional<Long>> neighbours = revisions(rig);
        rig.link.sent();

        rig.manager.received(topic, payload, retained);
        rig.settle();

        assertThat(ledger.table.nodes()).isLessThanOrEqualTo(2 + MOST_MESSAGES);
        assertThat(ledger.table.claims()).isLessThanOrEqualTo(2);
        if (ledger.refusals.count() > refusals) {
            assertThat(rig.partition.revision()).as(topic).isEqualTo(revision);
            // Who asks for a certificate is told why there is none.
            assertThat(rig.link.sent())
                    .filteredOn(m -> !m.topic().endsWith("/down/enrol"))
                    .isEmpty();
            assertThat(rig.link.retained).isEqualTo(told);
        }
        if (!topic.startsWith("kochab/1/rm-1/b/")) {
            assertThat(revisions(rig)).as(topic).isEqualTo(neighbours);
        }
    }

    private static List<Optional<Long>> revisions(Rig rig) {
        return NEIGHBOURS.stream()
                .map(key -> rig.partition.get(key).map(Entry::revision))
                .toList();
    }

    private static String utf8(String latin) {
        return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
