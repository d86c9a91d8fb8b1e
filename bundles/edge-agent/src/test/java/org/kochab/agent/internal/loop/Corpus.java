package org.kochab.agent.internal.loop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Messages that make no sense: some by hand, the rest whole ones with bytes changed or cut, the same ones each time. */
final class Corpus {
    private static final List<String> BY_HAND = List.of(
            "{",
            "[]",
            "null",
            "\"text\"",
            "{}",
            "{\"epoch\":\"x\"}",
            "{\"epoch\":-1,\"generation\":5,\"digest\":\"\",\"pods\":[]}",
            "{\"epoch\":99,\"generation\":99,\"digest\":\"wrong\",\"pods\":[]}",
            "{\"epoch\":99,\"generation\":99,\"digest\":\"\",\"pods\":[{\"uid\":\"../../etc\",\"specDigest\":\"a\",\"token\":1}]}",
            "{\"epoch\":99,\"generation\":99,\"digest\":\"\",\"pods\":[{}]}",
            "{\"epoch\":99,\"generation\":99,\"pods\":null}",
            "{\"type\":null,\"epoch\":99}",
            "{\"brokers\":[\"gopher://x\"]}",
            "{\"brokers\":[\"\\u0000\"]}",
            "{\"brokers\":{}}",
            "[".repeat(10_000),
            "{\"a\":".repeat(5_000),
            "1e999999",
            "{\"epoch\":1e400}",
            "\u0000\u0001");
    private static final String WHOLE =
            "{\"epoch\":7,\"generation\":7,\"digest\":\"0123\",\"pods\":[{\"uid\":\"a\",\"specDigest\":\"b\",\"token\":1}]}";

    private Corpus() {}

    static List<byte[]> messages(int count) {
        List<byte[]> all = new ArrayList<>();
        BY_HAND.forEach(text -> all.add(text.getBytes(StandardCharsets.UTF_8)));
        SplittableRandom random = new SplittableRandom(42);
        while (all.size() < count) {
            byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            all.add(java.util.Arrays.copyOf(bytes, random.nextInt(1, bytes.length)));
        }
        return all;
    }
}
