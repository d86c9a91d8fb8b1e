package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;

/** What a broken or hostile client can put on the link: each message is refused, counted and forgotten. */
class HostileMessagesTest {
    private record Hostile(String topic, byte[] payload, boolean retained) {}

    private static final String UP = "kochab/1/rm-1/a/up/";
    private final Rig rig = new Rig();

    @BeforeEach
    void onePod() {
        rig.birth("a", 5, Map.of("cpu", "1", "memory", "1Gi"));
        long token = rig.granted("p", "a", 500).token();
        Desired d = rig.desired("a");
        rig.send(
                Rig.topics("a").reported(),
                new Reported(5, 1, d.epoch(), d.generation(), true, List.of(Rig.entry("p", token, "Running", false))));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static List<Hostile> handMade() {
        List<Hostile> all = new ArrayList<>();
        for (String kind : List.of("birth", "reported", "heartbeat", "request", "state", "reply/x")) {
            for (String payload : List.of(
                    "null",
                    "[]",
                    "7",
                    "\"text\"",
                    "{",
                    "}",
                    "{\"birth\":\"x\"}",
                    "{\"birth\":1e400}",
                    "{\"birth\":99999999999999999999999}",
                    "\u0000\u0001",
                    "{\"sequence\":{}}",
                    "[".repeat(5_000),
                    "{\"a\":".repeat(3_000))) {
                all.add(new Hostile(UP + kind, Rig.utf8(payload), false));
            }
            all.add(new Hostile(UP + kind, new byte[] {(byte) 0xff, (byte) 0xfe, 0}, false));
            all.add(new Hostile(UP + kind, new byte[Arrived.LARGEST_PAYLOAD + 1], false));
        }
        for (String kind : List.of("birth", "reported", "heartbeat", "request", "enrol")) {
            all.add(new Hostile(UP + kind, new byte[0], false));
            all.add(new Hostile(UP + kind, Rig.utf8("{\"birth\":5,\"sequence\":9}"), true));
        }
        for (String topic : List.of(
                "kochab/1/rm-1/A/up/birth",
                "kochab/1/rm-1/a b/up/birth",
                "kochab/1/rm-1//up/birth",
                "kochab/1/rm-1/-a/up/birth",
                "kochab/1/rm-1/" + "a".repeat(64) + "/up/birth",
                "kochab/1/rm-1/../up/birth",
                "kochab/1/rm-1/a%2f/up/birth",
                "kochab/1/rm-1/ä/up/birth",
                "kochab/1/rm-1/a\nb/up/birth",
                "kochab/1/rm-1/a/up/birth/extra",
                "kochab/1/rm-1/a/up/",
                "kochab/1/rm-1/a/up/unknown",
                "kochab/1/rm-1/a/up/reply",
                "kochab/1/rm-1/a/up/reply/../../x",
                "kochab/1/rm-1/a/up/reply/",
                "kochab/1/rm-1/a/down/desired",
                "kochab/1/rm-2/a/up/birth",
                "kochab/2/rm-1/a/up/birth",
                "$SYS/broker",
                "",
                "/",
                "kochab/1/rm-1")) {
            all.add(new Hostile(topic, Rig.CODEC.encode(Rig.birthOf(9, Map.of("cpu", "1"))), false));
        }
        return all;
    }

    /** Births that are JSON, but of which nothing may be kept. */
    private static List<Hostile> births() {
        List<Hostile> all = new ArrayList<>();
        for (String fields : List.of(
                "\"birth\":0",
                "\"birth\":-1",
                "\"birth\":9,\"bootId\":\"\"",
                "\"birth\":9,\"bootId\":\"" + "x".repeat(600) + "\"",
                "\"birth\":9,\"capacity\":{\"cpu\":\"-1\"}",
                "\"birth\":9,\"capacity\":{\"cpu\":\"lots\"}",
                "\"birth\":9,\"capacity\":{\"cpu\":null}",
                "\"birth\":9,\"capacity\":{\"cpu\":\"1e99\",\"\":\"1\"}",
                "\"birth\":9,\"capacity\":{\"../x\":\"1\"}",
                "\"birth\":9,\"capacity\":{\"cpu\":\"1\"},\"allocatable\":{\"cpu\":\"2\"}",
                "\"birth\":9,\"capacity\":{\"cpu\":\"1\"},\"allocatable\":{\"memory\":\"1\"}",
                "\"birth\":9,\"labels\":{\"a b\":\"c\"}",
                "\"birth\":9,\"labels\":{\"a\":\"" + "x".repeat(64) + "\"}",
                "\"birth\":9,\"labels\":{\"a\":null}",
                "\"birth\":9,\"runtimes\":[null]",
                "\"birth\":9,\"runtimes\":[{\"ok\":true}]",
                "\"birth\":9,\"runtimes\":[{\"kind\":\"UPPER\",\"ok\":true}]",
                "\"birth\":9,\"addresses\":[{\"type\":\"InternalIP\"}]",
                "\"birth\":9,\"images\":[{\"names\":[null]}]",
                "\"birth\":9,\"nodeInfo\":{\"osImage\":\"a\\nb\"}",
                "\"birth\":9,\"appliedGeneration\":-1")) {
            String boot = fields.contains("bootId") ? "" : ",\"bootId\":\"b\"";
            all.add(new Hostile(UP + "birth", Rig.utf8("{" + fields + boot + "}"), false));
        }
        return all;
    }

    private static List<Hostile> reports() {
        List<Hostile> all = new ArrayList<>();
        for (String pods : List.of(
                "[null]",
                "[{}]",
                "[{\"uid\":\"p\",\"token\":1}]",
                "[{\"uid\":\"p\",\"token\":1,\"status\":null}]",
                "[{\"uid\":\"p\",\"token\":1,\"status\":{}}]",
                "[{\"uid\":\"p\",\"token\":1,\"status\":{\"phase\":\"Dancing\"}}]",
                "[{\"uid\":\"../p\",\"token\":1,\"status\":{\"phase\":\"Running\"}}]",
                "[{\"uid\":\"\",\"token\":1,\"status\":{\"phase\":\"Running\"}}]",
                "{\"uid\":\"p\"}",
                "[{\"uid\":\"p\",\"token\":1,\"status\":{\"phase\":\"Running\",\"startTime\":\"yesterday\"}}]",
                "[{\"uid\":\"p\",\"token\":1,\"status\":{\"phase\":\"Running\",\"containerStatuses\":[null]}}]")) {
            all.add(new Hostile(
                    UP + "reported",
                    Rig.utf8("{\"birth\":5,\"sequence\":2,\"epoch\":1,\"generation\":1,\"full\":false,\"pods\":" + pods
                            + "}"),
                    false));
        }
        return all;
    }

    /** Good messages with bytes changed, cut off or doubled; what is still right by chance is left out by its caller. */
    private static List<Hostile> mutated(int count) {
        Random random = new Random(20_260_101);
        List<byte[]> good = List.of(
                Rig.CODEC.encode(Rig.birthOf(9, Map.of("cpu", "4"))),
                Rig.utf8("{\"birth\":5,\"sequence\":2,\"epoch\":1,\"generation\":1,\"full\":true,\"pods\":[]}"),
                Rig.utf8("{\"birth\":5,\"sequence\":7}"),
                Rig.utf8("{\"birth\":5,\"specs\":[\"" + "0".repeat(64) + "\"]}"));
        List<String> kinds = List.of("birth", "reported", "heartbeat", "request");
        List<Hostile> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int which = random.nextInt(good.size());
            byte[] bytes = good.get(which).clone();
            // The first byte goes in any case: none of these can be an object any more.
            bytes[0] = (byte) "]x\"\u0000,:t9".charAt(random.nextInt(8));
            for (int n = random.nextInt(6); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(3) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            all.add(new Hostile(UP + kinds.get(which), bytes, false));
        }
        return all;
    }

    @Test
    void whoIsRefusedACertificateIsToldEachTimeAndLoggedOnce() {
        rig.link.sent();
        rig.log.clear();
        for (int i = 0; i < 50; i++) {
            rig.send(UP + "enrol", Rig.utf8("{}"));
        }
        assertThat(rig.link.sent()).hasSize(50);
        assertThat(rig.log).singleElement().satisfies(line -> assertThat(line).contains("up/enrol", "of a"));
    }

    @Test
    void changeNothingAndLeaveNoGrowth() {
        List<Hostile> corpus = new ArrayList<>(handMade());
        corpus.addAll(births());
        corpus.addAll(reports());
        corpus.addAll(mutated(200));
        assertThat(corpus.size()).isGreaterThan(330);
        Map<String, byte[]> before = rig.contents();
        long revision = rig.partition.revision();
        Map<String, byte[]> retained = Map.copyOf(rig.link.retained);
        rig.link.sent();
        rig.log.clear();
        Ledger ledger = rig.manager.machine().ledger();
        long counted = ledger.refusals.count();

        for (int round = 0; round < 3; round++) {
            for (Hostile h : corpus) {
                long refused = ledger.refusals.count();
                rig.manager.received(h.topic(), h.payload(), h.retained());
                rig.settle();
                // Answers to commands that nobody gave are dropped without a word, for late ones are normal.
                if (!h.topic().contains("/reply/x")) {
                    assertThat(ledger.refusals.count())
                            .as("%s %s", h.topic(), start(h.payload()))
                            .isEqualTo(refused + 1);
                }
            }
        }

        assertThat(ledger.refusals.count() - counted).isGreaterThan(900);
        assertThat(rig.partition.revision()).isEqualTo(revision);
        assertThat(rig.contents()).isEqualTo(before);
        assertThat(rig.link.sent()).isEmpty();
        assertThat(rig.link.retained).isEqualTo(retained);
        assertThat(ledger.table.nodes()).isEqualTo(1);
        assertThat(ledger.table.claims()).isEqualTo(1);
        assertThat(rig.manager.machine().ledger().table.capacity.accepts(List.of("one-more")))
                .isTrue();
        // Each topic was named once, on one line.
        assertThat(rig.log.size()).isBetween(10, 100);
        assertThat(rig.log)
                .allSatisfy(line -> assertThat(line).doesNotContain("\n").hasSizeLessThan(800));
        // And what is right still works.
        rig.heartbeat("a", 5, 100);
        assertThat(rig.phase("a")).isEqualTo("Ready");
    }

    private static String start(byte[] payload) {
        return new String(payload, 0, Math.min(payload.length, 120), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aRequestIsBoundedAndCheckedAsAWhole() {
        String own = rig.desired("a").pods().get(0).specDigest();
        rig.link.sent();
        rig.send(Rig.topics("a").request(), new Request(5, List.of(own, "../x")));
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(own);
        }
        rig.send(Rig.topics("a").request(), new Request(5, many));
        assertThat(rig.link.sent()).isEmpty();
        assertThat(rig.manager.machine().ledger().refusals.count()).isEqualTo(2);
    }

    @Test
    void strangersCostBoundedAnswers() {
        rig.link.sent();
        for (int i = 0; i < 1_000; i++) {
            rig.manager.received(
                    "kochab/1/rm-1/x" + i + "/up/heartbeat", Rig.utf8("{\"birth\":1,\"sequence\":1}"), false);
        }
        rig.settle();
        assertThat(rig.link.sent().size()).isLessThanOrEqualTo(50);
        assertThat(rig.manager.machine().ledger().table.nodes()).isEqualTo(1);
    }

    @Test
    void resourceNamesOfAllNodesTogetherAreBounded() {
        for (int i = 0; i < 10; i++) {
            Map<String, String> capacity = new java.util.TreeMap<>();
            for (int r = 0; r < 30; r++) {
                capacity.put("example.org/r" + (i * 30 + r), "1");
            }
            rig.birth("n" + i, 1, capacity);
        }
        Ledger ledger = rig.manager.machine().ledger();
        assertThat(ledger.table.nodes()).isLessThan(4);
        assertThat(ledger.refusals.count()).isGreaterThan(6);
    }
}
