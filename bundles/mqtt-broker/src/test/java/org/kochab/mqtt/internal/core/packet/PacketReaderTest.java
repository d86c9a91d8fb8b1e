package org.kochab.mqtt.internal.core.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketReaderTest {
    private static final int MUTATIONS = 200_000;

    private static final String[] PACKETS = {
        "1000044d5154540526003c0511000000640001780b1800000001020000000a000177000177",
        "1000044d51545404c2003c00017800017500027077",
        "320003612f620007090800036f2f6b01017061796c6f6164",
        "300003612f620e26000161000162260001610001636869",
        "820001020b070003612f620100022f2b2c",
        "a20001000003612f62",
        "40000100072600016b000176",
        "620001",
        "e000091100000064" + "1f000178",
        "f018061500017816" + "0000",
    };

    @Test
    void readsEveryFieldOfAConnect() throws Exception {
        String properties = "1100000064" + "21000a" + "2700010000";
        String will = "0c" + "1800000001" + "0101" + "020000000a" + "000177" + "0002676f";
        var connect = (Inbound.Connect) read(
                0x10,
                "00044d51545405ee003c" + length(properties) + properties + "000178" + will + "000175" + "0001ff",
                5);
        assertThat(connect.clientId()).isEqualTo("x");
        assertThat(connect.cleanStart()).isTrue();
        assertThat(connect.keepAlive()).isEqualTo(60);
        assertThat(connect.sessionExpiry()).isEqualTo(100);
        assertThat(connect.receiveMaximum()).isEqualTo(10);
        assertThat(connect.maximumPacketSize()).isEqualTo(65_536);
        assertThat(connect.userName()).isEqualTo("u");
        assertThat(connect.password()).containsExactly(0xFF);
        assertThat(connect.will().topic()).isEqualTo("w");
        assertThat(connect.will().payload()).asString().isEqualTo("go");
        assertThat(connect.will().qos()).isEqualTo(1);
        assertThat(connect.will().retain()).isTrue();
        assertThat(connect.will().delay()).isEqualTo(1);
        assertThat(connect.will().expiry()).isEqualTo(10);
        assertThat(connect.will().properties()).containsExactly(1, 1);
    }

    @Test
    void passesPropertiesOnInTheirOrder() throws Exception {
        String first = "26000162000163" + "0101";
        String second = "26000161000162";
        String expiry = "020000000a";
        var publish = (Inbound.Publish)
                read(0x30, "000174" + length(first + expiry + second) + first + expiry + second + "6f6b", 5);
        assertThat(HexFormat.of().formatHex(publish.properties())).isEqualTo(first + second);
        assertThat(publish.expiry()).isEqualTo(10);
        assertThat(publish.payload()).asString().isEqualTo("ok");
    }

    /** The case in which Netty's own MQTT decoder takes the last property for a part of the payload. */
    @Test
    void readsLongPropertiesThatEndInAShortOne() throws Exception {
        String longProperty = "2600016b0078" + "76".repeat(120);
        var publish = (Inbound.Publish) read(0x30, "000174" + "8001" + longProperty + "0101" + "7061796c6f6164", 5);
        assertThat(publish.payload()).asString().isEqualTo("payload");
        assertThat(publish.properties()).hasSize(128);
    }

    @Test
    void nothingButMalformedComesOfMutatedPackets() {
        Random random = new Random(5_311);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = HexFormat.of().parseHex(PACKETS[random.nextInt(PACKETS.length)]);
            for (int n = random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.length - 1) : bytes.length;
            try {
                PacketReader.read(
                        bytes[0] & 0xFF, ByteBuffer.wrap(bytes, 1, length - 1).slice(), 4 + random.nextInt(2));
                read++;
            } catch (MalformedPacketException expected) {
                assertThat(expected.reason().failed()).isTrue();
            } catch (RuntimeException e) {
                fail(HexFormat.of().formatHex(bytes), e);
            }
        }
        assertThat(read).isBetween(MUTATIONS / 20, MUTATIONS / 2);
    }

    private static String length(String hex) {
        return HexFormat.of().toHexDigits((byte) (hex.length() / 2));
    }

    private static Inbound read(int header, String hex, int version) throws MalformedPacketException {
        return PacketReader.read(header, ByteBuffer.wrap(HexFormat.of().parseHex(hex)), version);
    }
}
