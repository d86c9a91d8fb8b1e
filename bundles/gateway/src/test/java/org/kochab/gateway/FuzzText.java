package org.kochab.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Short inputs that stand for long ones: what is between 1, a digit and 2 is there 1, 4, 16 or up to 262,144 times. */
final class FuzzText {
    private static final int BEGIN = 1;
    private static final int END = 2;

    private FuzzText() {}

    /** So much of a text; {@code digit} is the power of four. */
    static String repeated(int digit, String text) {
        return (char) BEGIN + "" + digit + text + (char) END;
    }

    /** @param most bytes of what is made; the rest is left out */
    static byte[] expand(byte[] bytes, int most) {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        int at = 0;
        while (at < bytes.length && made.size() < most) {
            int end = bytes[at] == BEGIN && at + 1 < bytes.length ? end(bytes, at + 2) : -1;
            if (end < 0) {
                made.write(bytes[at++]);
                continue;
            }
            int power = Math.floorMod(bytes[at + 1] - '0', 10);
            for (int i = 0; i < 1 << 2 * power && made.size() < most; i++) {
                made.write(bytes, at + 2, Math.min(end - at - 2, most - made.size()));
            }
            at = end + 1;
        }
        return made.toByteArray();
    }

    private static int end(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == END) {
                return i;
            }
        }
        return -1;
    }

    /** The text of a test's resource. */
    static String resource(String name) throws IOException {
        try (InputStream in = FuzzText.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Manifests of one object each. */
    static Stream<String> objects() throws IOException {
        return Arrays.stream(resource(FuzzPlatform.OBJECTS).split("(?m)^---$\\n"));
    }
}
