package org.kochab.store.ignite.internal.core;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockTest {
    private final Random random = new Random(1);

    private static void assertSame(List<Item> read, List<Item> written) {
        assertThat(read).hasSameSizeAs(written);
        for (int i = 0; i < written.size(); i++) {
            assertThat(Arrays.equals(read.get(i).key(), written.get(i).key())
                            && Arrays.equals(read.get(i).value(), written.get(i).value()))
                    .as("item " + i)
                    .isTrue();
        }
    }

    private Item pod(int template) {
        String value =
                "{\"uid\":\"" + random.nextLong() + "\",\"name\":\"pod-" + random.nextInt() + "\",\"template\":\""
                        + String.valueOf((char) ('a' + template)).repeat(20) + "\",\"rest\":\""
                        + "what all pods of it have, ".repeat(30 + template)
                        + "\",\"node\":\"node-" + random.nextInt(5_000) + "\"}";
        return new Item(("pods/" + random.nextLong()).getBytes(US_ASCII), value.getBytes(US_ASCII));
    }

    @Test
    void whatIsWrittenIsRead() {
        for (int round = 0; round < 200; round++) {
            List<Item> items = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                byte[] any = new byte[random.nextInt(400)];
                random.nextBytes(any);
                items.add(
                        switch (random.nextInt(6)) {
                            case 0 -> new Item(any, null);
                            case 1 -> new Item(new byte[] {1}, any);
                            case 2 -> new Item(new byte[] {2}, new byte[70_000]);
                            default -> pod(random.nextInt(7));
                        });
            }
            assertSame(Block.decode(Block.encode(items)), items);
        }
    }

    @Test
    void valuesOfOneKindTakeWhatDiffers() {
        List<Item> items = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < 300; i++) {
            items.add(pod(i % 3));
            bytes += items.get(i).bytes();
        }
        assertThat(Block.encode(items).length).isLessThan(bytes / 5);
    }

    /** Written by the version before there were differences. */
    @Test
    void readsTheFormatBefore() {
        byte[] stored = Base64.getDecoder().decode("AQAAAAMAAAABYQAAAAN2LTEAAAABYv////8AAAABYwAAAAA=");
        assertSame(
                Block.decode(stored),
                List.of(
                        new Item("a".getBytes(US_ASCII), "v-1".getBytes(US_ASCII)),
                        new Item("b".getBytes(US_ASCII), null),
                        new Item("c".getBytes(US_ASCII), new byte[0])));
    }
}
