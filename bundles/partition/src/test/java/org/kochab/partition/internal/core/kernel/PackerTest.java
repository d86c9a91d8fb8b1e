package org.kochab.partition.internal.core.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.partition.Entry;

class PackerTest {
    private final Packer packer = new Packer();

    private static Entry entry(byte[] value) {
        return new Entry("k", value, 3, 5);
    }

    private static Entry plain(Object kept) {
        return kept instanceof Packed packed ? packed.entry() : (Entry) kept;
    }

    /** Everything that can happen to a value: bytes come, go, change, move, repeat. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsPackedIsReadAsItWas(long seed) {
        Random random = new Random(seed);
        List<Object> kept = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        byte[] value = bytes(random, 300 + random.nextInt(2_000));
        for (int i = 0; i < 3_000; i++) {
            value = edited(value, random);
            Entry entry = entry(value);
            entries.add(entry);
            kept.add(packer.pack(entry));
        }
        assertThat(kept.stream().map(PackerTest::plain)).isEqualTo(entries);
        assertThat(kept).hasAtLeastOneElementOfType(Packed.class);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] edited(byte[] value, Random random) {
        byte[] edited = value;
        for (int n = random.nextInt(4); n >= 0; n--) {
            int at = random.nextInt(edited.length);
            int length = Math.min(edited.length - at, random.nextInt(60));
            byte[] piece = random.nextBoolean()
                    ? bytes(random, random.nextInt(60))
                    : Arrays.copyOfRange(edited, at, at + length);
            int to = random.nextInt(edited.length);
            // In place of as many bytes, in between, or in place of more.
            int gone = Math.min(edited.length - to, random.nextInt(3) * piece.length);
            byte[] next = new byte[edited.length + piece.length - gone];
            System.arraycopy(edited, 0, next, 0, to);
            System.arraycopy(piece, 0, next, to, piece.length);
            System.arraycopy(edited, to + gone, next, to + piece.length, edited.length - to - gone);
            if (next.length > 100 && next.length < 70_000) {
                edited = next;
            }
        }
        return edited;
    }

    @Test
    void podsOfOneTemplateTakeWhatDiffers() {
        Random random = new Random(1);
        Object[] kept = new Object[200];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = packer.pack(entry(pod(random, i % 4)));
        }
        assertThat(Arrays.stream(kept).filter(Entry.class::isInstance).count()).isLessThanOrEqualTo(8);
        assertThat(Arrays.stream(kept).filter(Packed.class::isInstance))
                .allSatisfy(p -> assertThat(((Packed) p).ownBytes()).isLessThan(200));
    }

    private static byte[] pod(Random random, int template) {
        String name = "web-" + template + "-" + Integer.toString(random.nextInt(60_000_000), 36);
        return """
                {"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2026-01-01T00:00:%02dZ","generation":1,"labels":{"app":"web-%d"},\
                "name":"%s","namespace":"default","ownerReferences":[{"apiVersion":"apps/v1","blockOwnerDeletion":true,"controller":true,\
                "kind":"ReplicaSet","name":"web-%d","uid":"1b4e28ba-2fa1-11d2-883f-0016d3cca42%d"}],"tenant":"shop","uid":"%s"},\
                "spec":{"containers":[{"image":"registry.example/web:%d","name":"web","resources":{"requests":{"cpu":"100m","memory":"%dMi"}}}],\
                "nodeName":"node-%d","restartPolicy":"Always","schedulerName":"default","terminationGracePeriodSeconds":30},\
                "status":{"conditions":[{"lastTransitionTime":"2026-01-01T00:00:%02dZ","status":"True","type":"PodScheduled"}],"phase":"Pending"}}"""
                .formatted(
                        random.nextInt(60),
                        template,
                        name,
                        template,
                        template,
                        new UUID(random.nextLong(), random.nextLong()),
                        template,
                        64 << template,
                        random.nextInt(300_000),
                        random.nextInt(60))
                .getBytes(US_ASCII);
    }

    @Test
    void whatResemblesNothingStaysAsItIs() {
        Random random = new Random(1);
        for (int i = 0; i < 3 * Packer.MOST_FEATURES; i++) {
            Entry entry = entry(bytes(random, Packer.SMALLEST));
            assertThat(packer.pack(entry)).isSameAs(entry);
        }
        assertThat(packer.features()).isEqualTo(Packer.MOST_FEATURES);
    }

    /** A leader that begins looks at all that it has. */
    @Test
    void amongMuchThatResemblesNothingFewAreLookedAtUntilOneFits() {
        Random random = new Random(1);
        for (int i = 0; i < 64 + 800; i++) {
            packer.pack(entry(bytes(random, Packer.SMALLEST)));
        }
        assertThat(packer.features()).isBetween(3 * 150, 3 * 170);
        Object[] kept = new Object[100];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = packer.pack(entry(pod(random, 0)));
        }
        assertThat(Arrays.stream(kept).filter(Packed.class::isInstance).count()).isGreaterThanOrEqualTo(100 - 2 * 8);
    }

    @Test
    void theSameAgainTakesNearlyNothing() {
        byte[] value = bytes(new Random(1), Packer.LARGEST);
        packer.pack(entry(value));
        assertThat(((Packed) packer.pack(entry(value.clone()))).ownBytes()).isLessThan(12);
    }

    @Test
    void tooSmallAndTooLargeOnesStayAsTheyAre() {
        for (int length : new int[] {0, Packer.SMALLEST - 1, Packer.LARGEST + 1}) {
            Entry entry = entry(new byte[length]);
            packer.pack(entry);
            assertThat(packer.pack(entry)).isSameAs(entry);
        }
    }

    @Test
    void aSmallValueHoldsNoLargeOne() {
        byte[] large = bytes(new Random(1), 60_000);
        packer.pack(entry(large));
        Entry small = entry(Arrays.copyOfRange(large, 20_000, 21_000));
        assertThat(packer.pack(small)).isSameAs(small);
        assertThat(packer.pack(entry(large.clone()))).isInstanceOf(Packed.class);
    }

    @Test
    void oneByteOverAndOverIsPackedToo() {
        Entry entry = entry(new byte[1_000]);
        packer.pack(entry);
        assertThat(plain(packer.pack(entry))).isEqualTo(entry);
    }
}
