package org.kochab.mqtt.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.mqtt.internal.netty.HostileNetwork.GAIN;
import static org.kochab.mqtt.internal.netty.HostileNetwork.LOSE;
import static org.kochab.mqtt.internal.netty.HostileNetwork.PACKET;
import static org.kochab.mqtt.internal.netty.HostileNetwork.PASS;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.mqtt.internal.core.packet.MalformedPacketException;
import org.kochab.mqtt.internal.core.packet.PacketReader;

/** Whatever bytes arrive, on however many connections: no exception leaves the broker, and no charge is left when all are gone. */
class ChannelFuzzTest {
    private static final int TRUSTED = 0;
    private static final int NODE = 1;
    private static final int JOINING = 2;

    private static final String[] PACKETS = {
        "1000044d5154540526003c0511000000640001780b1800000001020000000a000177000177",
        "1000044d51545404c2003c00017800017500027077",
        "320003612f620007090800036f2f6b01017061796c6f6164",
        "300003612f620e26000161000162260001610001636869",
        "820001020b070003612f620100022f2b2c",
        "a20001000003612f62",
        "40000100072600016b000176",
        "620001",
        "e00009110000006410001f000178",
        "f018061500017816" + "0000",
    };

    /** Version 5, session kept for 100 s, a will on a node's own topic. */
    private static final String CONNECT = "1000044d5154540526003c05110000006400016e" + "051800000001"
            + "00186b6f636861622f312f726d2d312f6e2f75702f7374617465" + "000177";

    private static final String PLAIN_CONNECT = "1000044d5154540502003c05110000006400016d";
    private static final String OLD_CONNECT = "1000044d5154540402003c00016f";

    static Stream<byte[]> packets() {
        return Arrays.stream(PACKETS).map(HexFormat.of()::parseHex);
    }

    @MethodSource("packets")
    @FuzzTest
    void packet(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        for (int version = 4; version <= 5; version++) {
            try {
                PacketReader.read(
                        bytes[0] & 0xFF,
                        ByteBuffer.wrap(bytes, 1, bytes.length - 1).slice(),
                        version);
            } catch (MalformedPacketException refused) {
                assertThat(refused.reason().failed()).isTrue();
            }
        }
    }

    static Stream<byte[]> connections() throws IOException {
        Stream<byte[]> whole = Stream.of(
                script(
                        packet(TRUSTED, PLAIN_CONNECT),
                        // QoS 2 on everything
                        packet(TRUSTED, "82000100" + "000123" + "02"),
                        packet(NODE, CONNECT),
                        packet(NODE, "3500166b6f636861622f312f726d2d312f6e2f75702f626f6f00050062"),
                        packet(TRUSTED, "50" + "0001"),
                        packet(NODE, "62" + "0005"),
                        step(NODE, LOSE),
                        step(NODE, GAIN),
                        packet(NODE, CONNECT),
                        step(TRUSTED, PASS) + "c8"),
                script(
                        packet(TRUSTED, PLAIN_CONNECT),
                        // retained, with an alias and an expiry; then by the alias alone; then somebody else comes
                        packet(TRUSTED, "3100036d2f72" + "0802" + "00000014" + "230001" + "6869"),
                        packet(TRUSTED, "300000" + "03230001" + "6869"),
                        packet(JOINING, OLD_CONNECT),
                        packet(JOINING, "820001" + "001a" + hex("kochab/1/rm-1/n/down/enrol") + "01"),
                        packet(JOINING, PLAIN_CONNECT)),
                script(
                        packet(TRUSTED, OLD_CONNECT),
                        packet(TRUSTED, "820001" + "000a" + hex("$share/g/#") + "01"),
                        packet(TRUSTED, "320001610007" + "6f6b"),
                        packet(TRUSTED, "400001"),
                        packet(TRUSTED, "a20002" + "000a" + hex("$share/g/#")),
                        packet(TRUSTED, "c0"),
                        packet(TRUSTED, "e0")));
        try (var in = ChannelFuzzTest.class.getResourceAsStream("/mqtt/malformed.txt")) {
            return Stream.concat(
                    whole,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> line.split(" ", 3))
                            // What is not longer than a step can say.
                            .filter(part -> part[1].length() < 510)
                            .map(part -> script(
                                    part[0].equals("v5") ? packet(TRUSTED, PLAIN_CONNECT) : "",
                                    part[0].equals("v4") ? packet(TRUSTED, OLD_CONNECT) : "",
                                    HostileNetwork.raw(TRUSTED, part[1]))));
        }
    }

    @MethodSource("connections")
    @FuzzTest
    void connection(byte[] script) {
        HostileNetwork network = new HostileNetwork();
        network.play(ByteBuffer.wrap(script));
        network.end();
    }

    private static byte[] script(String... steps) {
        return HexFormat.of().parseHex(String.join("", steps));
    }

    private static String packet(int client, String hex) {
        return HexFormat.of().toHexDigits((byte) (client << 3 | PACKET))
                + HexFormat.of().toHexDigits((byte) (hex.length() / 2))
                + hex;
    }

    private static String step(int client, int what) {
        return HexFormat.of().toHexDigits((byte) (client << 3 | what));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
