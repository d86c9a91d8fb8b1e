package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.mqtt.internal.core.packet.PacketReader;

/** Every malformed packet closes the connection that sent it, and nothing else; nothing of it stays. */
@Timeout(120)
class MalformedPacketsTest {
    private static final int DISCONNECT = 14;
    private static final int PINGRESP = 13;
    private static final byte[] PING = {(byte) 0xC0, 0};

    /** Sent as the first bytes, or after CONNECT of version 4 or 5. */
    private record Case(String when, byte[] bytes, String what) {}

    @Test
    void closeTheirConnectionOnly() throws Exception {
        List<Case> cases = new ArrayList<>(handMade());
        cases.addAll(wrongHeaders());
        cases.addAll(cutShort());
        assertThat(cases).hasSizeGreaterThan(400);
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.loopback());
                RawClient witness = new RawClient(broker.port())) {
            witness.send(RawClient.connect(5, "witness")).read();
            for (Case malformed : cases) {
                send(broker, malformed);
            }
            witness.send(PING);
            assertThat(witness.read().type()).isEqualTo(PINGRESP);
            await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
                var status = broker.status();
                assertThat(status.malformed()).isEqualTo(cases.size());
                assertThat(status.sessions()).isEqualTo(1);
                assertThat(status.connections()).isEqualTo(1);
                assertThat(status.retainedMessages()).isZero();
                assertThat(status.subscriptions()).isZero();
                assertThat(status.queuedBytes()).isZero();
            });
        }
    }

    private static void send(EmbeddedBroker broker, Case malformed) throws IOException {
        try (RawClient client = new RawClient(broker.port())) {
            if (!malformed.when().equals("new")) {
                client.send(RawClient.connect(malformed.when().equals("v5") ? 5 : 4, "sender"));
                assertThat(client.read().body()[1]).as("CONNACK").isZero();
            }
            client.sendAsFarAsPossible(malformed.bytes());
            RawClient.Frame last = client.readToTheEnd();
            if (malformed.when().equals("v5")) {
                assertThat(last).as(malformed.what()).isNotNull();
                assertThat(last.type()).as(malformed.what()).isEqualTo(DISCONNECT);
                assertThat(last.body()[0] & 0xFF).as(malformed.what()).isGreaterThan(0x80);
            } else if (malformed.when().equals("v4")) {
                assertThat(last).as(malformed.what()).isNull();
            }
        }
    }

    private static List<Case> handMade() throws IOException {
        try (var in = MalformedPacketsTest.class.getResourceAsStream("/mqtt/malformed.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 3))
                    .map(part -> new Case(part[0], HexFormat.of().parseHex(part[1]), part[2]))
                    .toList();
        }
    }

    /** Each first byte that no client may send. */
    private static List<Case> wrongHeaders() {
        List<Case> cases = new ArrayList<>();
        for (int header = 0; header < 256; header++) {
            if (!PacketReader.validHeader(header)) {
                cases.add(new Case("v5", new byte[] {(byte) header, 0}, "header " + header));
            }
        }
        return cases;
    }

    /** Packets that are well-formed until the end is missing. */
    private static List<Case> cutShort() {
        byte[] willConnect =
                HexFormat.of().parseHex("00044d5154540526003c0511000000640001780b1800000001020000000a000177000177");
        byte[] publish = HexFormat.of().parseHex("0003612f620007090800036f2f6b0101");
        byte[] subscribe = HexFormat.of().parseHex("0001020b070003612f6201");
        List<Case> cases = new ArrayList<>();
        cut(cases, "new", 0x10, willConnect);
        cut(cases, "v5", 0x32, publish);
        cut(cases, "v5", 0x82, subscribe);
        return cases;
    }

    private static void cut(List<Case> cases, String when, int header, byte[] body) {
        for (int length = 0; length < body.length; length++) {
            byte[] packet = RawClient.frame(header, Arrays.copyOf(body, length));
            cases.add(new Case(when, packet, "header " + header + " cut at " + length));
        }
    }
}
