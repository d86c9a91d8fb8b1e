package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.kochab.identity.internal.service.SecurePlatform.SOON;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kochab.api.link.Desired;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.service.SecureClient.Heard;
import org.kochab.identity.internal.service.SecureClient.Letter;

/**
 * Every topic of the published protocol, of a node itself, of another one that has a pod, of one that is not there, and of those with nearly its name: tried in every way of
 * publishing and subscribing, through the real broker over TLS. What is not a node's own is refused alike, whether there is such a node or not.
 */
@Timeout(300)
class TopicIsolationTest {
    private static final int NOT_AUTHORISED = 0x87;
    private static final int FAILED = 0x80;
    private static final String MANAGER = "kochab/1/rm-1/";
    private static final String OWN = MANAGER + "edge-1";
    private static final String THERE = MANAGER + "edge-2";
    private static final String MISSING = MANAGER + "edge-9";
    private static final List<String> ROOTS = List.of(
            OWN,
            THERE,
            MISSING,
            MANAGER + "edge-11",
            MANAGER + "edge-",
            "kochab/1/rm-2/edge-1",
            "kochab/2/rm-1/edge-1",
            "edge-1");

    private static SecurePlatform platform;
    private static SSLSocketFactory node;
    private static List<String> families;
    private static SecureClient member;

    /** Who tries. */
    private enum Intruder {
        /** A node, with its certificate. */
        NODE,
        /** Who has a token to become that node, and no certificate. */
        JOINING;

        SecureClient client(String id) throws Exception {
            return this == NODE
                    ? new SecureClient(platform, id, node)
                    : new SecureClient(platform, id, SecureClient.sockets(platform, null, null))
                            .user("join:rm-1:edge-1", platform.token("edge-1").text());
        }

        boolean mayPublish(String topic, boolean retained) {
            return this == NODE
                    ? topic.startsWith(OWN + "/up/") && (!retained || topic.equals(OWN + "/up/state"))
                    : topic.equals(OWN + "/up/enrol") && !retained;
        }

        boolean maySubscribe(String filter) {
            return this == NODE ? filter.startsWith(OWN + "/down/") : filter.equals(OWN + "/down/enrol");
        }
    }

    @BeforeAll
    static void start() throws Exception {
        platform = new SecurePlatform(Duration.ofDays(7));
        families = families();
        member = SecureClient.member(platform);
        assertThat(member.subscribe("#")).isEqualTo(1);
        node = SecureClient.joined(platform, "edge-1", Authority.keyPair());
        born("edge-1", node, "own");
        born("edge-2", SecureClient.joined(platform, "edge-2", Authority.keyPair()), "secret");
    }

    /** A node that is there, with a pod whose spec has a word. */
    private static void born(String name, SSLSocketFactory sockets, String word) throws Exception {
        try (SecureClient client = new SecureClient(platform, "born", sockets).connect()) {
            String up = MANAGER + name + "/up/";
            client.publish(
                    up + "birth",
                    "{\"bootId\":\"b\",\"birth\":1,\"capacity\":{\"cpu\":\"2\",\"memory\":\"1Gi\",\"pods\":\"9\"},\"runtimes\":[{\"kind\":\"process\",\"ok\":true}]}");
            client.publish(
                    up + "reported",
                    "{\"birth\":1,\"sequence\":1,\"epoch\":0,\"generation\":0,\"full\":true,\"pods\":[]}");
            await().atMost(SOON).until(() -> platform.ready(name).equals("True"));
        }
        assertThat(platform.claim(name, "pod-of-" + name, List.of("echo", word)))
                .isInstanceOf(ClaimAnswer.Granted.class);
        await().atMost(SOON).until(() -> !digests(MANAGER + name).isEmpty());
    }

    /** Of the specs of a node's pods, as its last desired state has them. */
    private static List<String> digests(String root) {
        return member.heard.stream()
                .filter(h ->
                        h.topic().equals(root + "/down/desired") && h.payload().startsWith("{"))
                .reduce((a, b) -> b)
                .map(h -> platform.codec.decode(h.payload().getBytes(StandardCharsets.UTF_8), Desired.class))
                .map(d -> d.pods().stream().map(Desired.Entry::specDigest).toList())
                .orElse(List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        if (member != null) {
            member.close();
        }
        if (platform != null) {
            platform.close();
        }
    }

    /** What the published protocol lists below a node's root. */
    private static List<String> families() throws Exception {
        List<String> found = new ArrayList<>();
        Pattern topic = Pattern.compile("`((?:up|down)/[^`]+)`");
        for (String line : Files.readAllLines(Path.of("../../docs/protocol/README.md"))) {
            if (line.startsWith("| `")) {
                Matcher m = topic.matcher(line.substring(0, line.indexOf('|', 1)));
                while (m.find()) {
                    found.add(m.group(1).replaceAll("\\{[a-z]+}", "x"));
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(12).contains("down/spec/x", "down/cmd/x", "up/reply/x", "up/log/x");
        return found;
    }

    /** A topic as a filter in all forms that select it, shared ones too. */
    private static List<String> filters(String topic) {
        String[] levels = topic.split("/");
        Set<String> plain = new LinkedHashSet<>(List.of(topic, topic + "/#", "+/".repeat(levels.length - 1) + "+"));
        for (int i = 0; i < levels.length; i++) {
            String[] one = levels.clone();
            one[i] = "+";
            plain.add(String.join("/", one));
            plain.add(String.join("/", one) + "/#");
            plain.add(String.join("/", List.of(levels).subList(0, i)) + (i == 0 ? "" : "/") + "#");
        }
        List<String> all = new ArrayList<>(plain);
        plain.forEach(f -> all.add("$share/g/" + f));
        all.add("$SYS/" + topic);
        return all;
    }

    /** All that was published before has been heard. */
    private static void awaitMember(String word) throws Exception {
        member.publish(MANAGER + "any/up/metrics", word);
        await().atMost(SOON).until(() -> member.heard.contains(new Heard(MANAGER + "any/up/metrics", word)));
    }

    /** On every topic of every root; QoS 2 is left out, for Paho ends the connection when it is refused. */
    private static List<Letter> letters(String mark) {
        List<Letter> letters = new ArrayList<>();
        for (String root : ROOTS) {
            for (String family : families) {
                for (int qos = 0; qos <= 1; qos++) {
                    for (boolean retained : List.of(false, true)) {
                        letters.add(new Letter(root + "/" + family, mark + letters.size(), qos, retained));
                    }
                }
            }
        }
        return letters;
    }

    @ParameterizedTest
    @EnumSource
    void nobodyPublishesInAnothersName(Intruder intruder) throws Exception {
        String mark = "from " + intruder;
        List<Letter> letters = letters(mark);
        List<Heard> allowed = new ArrayList<>();
        try (SecureClient client = intruder.client("publishes").connect()) {
            List<Integer> codes = client.publish(letters);
            for (int i = 0; i < codes.size(); i++) {
                Letter letter = letters.get(i);
                int code = codes.get(i);
                if (intruder.mayPublish(letter.topic(), letter.retained())) {
                    allowed.add(new Heard(letter.topic(), letter.payload()));
                    assertThat(code).as("%s", letter).isLessThan(FAILED);
                } else if (letter.qos() > 0) {
                    assertThat(code).as("%s", letter).isEqualTo(NOT_AUTHORISED);
                }
            }
            // Behind those that are not answered.
            client.publish(OWN + "/up/enrol", "last");
        }
        awaitMember("published " + intruder);
        assertThat(member.heard).filteredOn(h -> h.payload().startsWith(mark)).containsExactlyElementsOf(allowed);
        assertThat(letters).hasSizeGreaterThan(400);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyHearsWhatIsAnothers(Intruder intruder) throws Exception {
        int count = 0;
        List<Letter> told = new ArrayList<>();
        try (SecureClient client = intruder.client("hears").connect()) {
            for (String root : ROOTS) {
                Set<String> different = new LinkedHashSet<>();
                families.forEach(family -> different.addAll(filters(root + "/" + family)));
                List<String> filters = List.copyOf(different);
                int[] codes = client.subscribe(filters);
                for (int i = 0; i < codes.length; i++) {
                    assertThat(codes[i])
                            .as(filters.get(i))
                            .isEqualTo(intruder.maySubscribe(filters.get(i)) ? 1 : NOT_AUTHORISED);
                }
                count += codes.length;
                families.forEach(family -> {
                    told.add(new Letter(root + "/" + family, "told", 1, true));
                    told.add(new Letter(root + "/" + family, "", 1, true));
                });
            }
            member.publish(told);
            member.publish(OWN + "/down/enrol", "last");
            await().atMost(SOON).until(() -> client.heard.contains(new Heard(OWN + "/down/enrol", "last")));
            assertThat(client.heard).allMatch(h -> intruder.maySubscribe(h.topic()));
        }
        assertThat(count).isGreaterThan(2_000);
    }

    /** Without TLS, where who calls itself a node is one: the same to the broker, and quicker. */
    @Test
    void aWillIsNoWayAround() throws Exception {
        List<Letter> wills = letters("will ").stream().filter(l -> l.qos() == 1).toList();
        List<Socket> dying = new ArrayList<>();
        for (Letter will : wills) {
            dying.add(dying(will));
        }
        List<Heard> allowed = new ArrayList<>();
        for (int i = 0; i < wills.size(); i++) {
            Letter will = wills.get(i);
            boolean may = Intruder.NODE.mayPublish(will.topic(), will.retained());
            if (may) {
                allowed.add(new Heard(will.topic(), will.payload()));
            }
            try (Socket socket = dying.get(i)) {
                byte[] answer = socket.getInputStream().readNBytes(4);
                assertThat(answer[0]).isEqualTo((byte) 0x20);
                assertThat(answer[3] & 0xFF).as("%s", will).isEqualTo(may ? 0 : NOT_AUTHORISED);
            }
        }
        for (Intruder intruder : Intruder.values()) {
            try (SecureClient client = intruder.client("wills")) {
                client.options.setWill(THERE + "/up/state", new MqttMessage(new byte[] {1}));
                assertThat(client.refused()).isEqualTo(NOT_AUTHORISED);
            }
        }
        await().atMost(SOON).until(() -> member.heard.containsAll(allowed));
        awaitMember("wills");
        assertThat(member.heard)
                .filteredOn(h -> h.payload().startsWith("will "))
                .containsExactlyInAnyOrderElementsOf(allowed);
        assertThat(wills).hasSizeGreaterThan(200);
    }

    /** Connects as a node that has a will, which comes when the connection ends without a word. */
    private static Socket dying(Letter will) throws Exception {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(packet);
        out.writeUTF("MQTT");
        out.writeByte(5);
        // With user name, will of QoS 1, and clean start.
        out.writeByte(0x8E | (will.retained() ? 0x20 : 0));
        out.writeShort(60);
        out.writeByte(0);
        out.writeUTF(will.payload());
        out.writeByte(0);
        out.writeUTF(will.topic());
        out.writeUTF(will.payload());
        out.writeUTF("node:rm-1:edge-1");
        assertThat(packet.size()).isLessThan(128);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), platform.broker.port());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(new byte[] {0x10, (byte) packet.size()});
        packet.writeTo(socket.getOutputStream());
        return socket;
    }

    /** By whatever digest it asks, and however it learnt of it. */
    @Test
    void aNodeIsSentTheSpecsOfItsOwnPodsOnly() throws Exception {
        String others = digests(THERE).get(0);
        String own = digests(OWN).get(0);
        try (SecureClient client = new SecureClient(platform, "asks", node).connect()) {
            assertThat(client.subscribe(OWN + "/down/#")).isEqualTo(1);
            for (String specs : List.of("\"" + others + "\"", "\"" + others + "\",\"" + own + "\"")) {
                client.publish(OWN + "/up/request", "{\"birth\":1,\"specs\":[" + specs + "]}");
            }
            await().atMost(SOON)
                    .until(() -> client.heard.stream().anyMatch(h -> h.topic().endsWith("/spec/" + own)));
            assertThat(client.heard).noneMatch(h -> h.payload().contains("secret"));
        }
        awaitMember("asked");
        assertThat(member.heard).noneMatch(h -> h.topic().endsWith("/spec/" + others));
    }
}
