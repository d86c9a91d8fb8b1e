package org.kochab.store.mvstore.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.StorePut;
import org.kochab.store.mvstore.internal.core.DamagedException;

/** A file that is not what it was is either as good as it was, or refused. */
class DamagedFileTest {
    private static final int BLOCK = 4096;
    private static final int GROUPS = 30;
    private static final int KEYS = 12;

    @TempDir
    Path directory;

    private final Random random = new Random(20_261_129);

    /** The bytes of both files before and after the newest commit, and what was in them. */
    private byte[] dataBefore = {};

    private byte[] dataAfter = {};
    private byte[] toldBefore = {};
    private byte[] toldAfter = {};
    private Map<String, String> before = Map.of();
    private Map<String, String> after = Map.of();

    @BeforeEach
    void fill() throws Exception {
        Path data = directory.resolve("filled");
        MvPartitionStore store = Writing.open(data);
        long epoch = Writing.lead(store, "tp-1");
        Map<String, String> now = new TreeMap<>();
        for (int revision = 1; revision <= GROUPS; revision++) {
            before = new TreeMap<>(now);
            dataBefore = Files.readAllBytes(data.resolve(DataDirectory.DATA));
            toldBefore = Files.readAllBytes(data.resolve(DataDirectory.ACKNOWLEDGED));
            Map<String, String> changes = new TreeMap<>();
            for (int k = 0; k < KEYS; k++) {
                StringBuilder value = new StringBuilder();
                random.ints(800, ' ', '~').forEach(value::appendCodePoint);
                changes.put("pods/" + random.nextInt(40), value.toString());
            }
            now.putAll(changes);
            StorePut[] puts = changes.entrySet().stream()
                    .map(e -> Writing.put(e.getKey(), e.getValue()))
                    .toArray(StorePut[]::new);
            Writing.done(store, Writing.batch("tp-1", epoch, revision, puts));
        }
        after = now;
        dataAfter = Files.readAllBytes(data.resolve(DataDirectory.DATA));
        toldAfter = Files.readAllBytes(data.resolve(DataDirectory.ACKNOWLEDGED));
        store.crash();
    }

    @Test
    @Timeout(120)
    void noWrongBitIsTakenForData() throws Exception {
        int refused = 0;
        for (int i = 0; i < 250; i++) {
            byte[] wrong = dataAfter.clone();
            int tail = Math.max(0, wrong.length - 10 * BLOCK);
            int at = i % 2 == 0 ? random.nextInt(wrong.length) : tail + random.nextInt(wrong.length - tail);
            wrong[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            refused += isRefused(wrong, toldAfter, "bit in byte " + at) ? 1 : 0;
        }
        // most of the file is what former groups left
        assertThat(refused).isGreaterThan(10);
    }

    @Test
    @Timeout(120)
    void noLostEndIsOverlooked() throws Exception {
        int refused = 0;
        for (int length = 0; length < dataAfter.length; length += BLOCK / 2) {
            refused += isRefused(Arrays.copyOf(dataAfter, length), toldAfter, "cut to " + length) ? 1 : 0;
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(dataAfter, length), dataAfter.length);
            refused += isRefused(zeros, toldAfter, "zeros from " + length) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(dataAfter.length / BLOCK);
        assertThat(isRefused(dataBefore, toldAfter, "former file")).isTrue();
    }

    /** A loss of power while a group is written leaves some blocks of it, in no order. */
    @Test
    @Timeout(120)
    void aTornGroupThatNobodyWasToldOfIsAllThereOrNotAtAll() throws Exception {
        int whole = 0;
        int none = 0;
        List<Integer> written = new ArrayList<>();
        for (int at = 0; at < dataAfter.length; at += BLOCK) {
            if (!Arrays.equals(block(dataBefore, at), block(dataAfter, at))) {
                written.add(at);
            }
        }
        assertThat(written).hasSizeGreaterThan(4);
        for (int i = 0; i < 120; i++) {
            byte[] torn = Arrays.copyOf(dataBefore, dataAfter.length);
            // at first each block is missing once, then any may be
            for (int n = 0; n < written.size(); n++) {
                if (i < written.size() ? n != i : random.nextInt(4) > 0) {
                    System.arraycopy(dataAfter, written.get(n), torn, written.get(n), BLOCK);
                }
            }
            Map<String, String> found = open(torn, toldBefore);
            assertThat(found).as("torn " + i).isIn(before, after);
            whole += found.equals(after) ? 1 : 0;
            none += found.equals(before) ? 1 : 0;
            isRefused(torn, toldAfter, "torn and told " + i);
        }
        assertThat(none).isGreaterThan(20);
        assertThat(whole).isPositive();
    }

    @Test
    void afterATornGroupItGoesOn() throws Exception {
        byte[] torn = dataAfter.clone();
        for (int at = torn.length - BLOCK; at > 0; at -= BLOCK) {
            if (!Arrays.equals(block(dataBefore, at), block(torn, at))) {
                torn[at + BLOCK / 2]++;
            }
        }
        Path data = write(torn, toldBefore);
        for (int revision = GROUPS; revision < GROUPS + 20; revision++) {
            try (MvPartitionStore store = Writing.open(data)) {
                long epoch = Writing.lead(store, "tp-1");
                Writing.done(store, Writing.batch("tp-1", epoch, revision, Writing.put("a", "" + revision)));
            }
        }
        try (MvPartitionStore store = Writing.open(data)) {
            Map<String, String> expected = new TreeMap<>(before);
            expected.put("a", "" + (GROUPS + 19));
            assertThat(Writing.contents(store, "tp-1")).isEqualTo(expected);
        }
    }

    @Test
    void nothingIsTakenForAnEmptyStore() throws Exception {
        Path data = write(dataAfter, toldAfter);
        Files.delete(data.resolve(DataDirectory.DATA));
        assertRefused(data, "partitions.mv is missing");
        Files.write(data.resolve(DataDirectory.DATA), dataAfter);
        Files.delete(data.resolve(DataDirectory.ACKNOWLEDGED));
        assertRefused(data, "acknowledged is missing or empty");
        Files.write(data.resolve(DataDirectory.ACKNOWLEDGED), new byte[toldAfter.length]);
        assertRefused(data, "acknowledged is damaged");
        Files.write(data.resolve(DataDirectory.ACKNOWLEDGED), toldAfter);
        Files.write(data.resolve("notes.txt"), new byte[1]);
        assertThatThrownBy(() -> Writing.open(data)).hasMessageContaining("[notes.txt]");
        Files.delete(data.resolve("notes.txt"));
        try (MvPartitionStore store = Writing.open(data)) {
            assertThat(Writing.contents(store, "tp-1")).isEqualTo(after);
        }
    }

    private static void assertRefused(Path data, String why) {
        assertThatThrownBy(() -> Writing.open(data))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("Restore a backup");
    }

    private static byte[] block(byte[] file, int at) {
        return at >= file.length ? new byte[0] : Arrays.copyOfRange(file, at, at + BLOCK);
    }

    /** Whether it is refused, and then left as it is; else all must be there. */
    private boolean isRefused(byte[] data, byte[] told, String what) throws Exception {
        try {
            assertThat(open(data, told)).as(what).isEqualTo(after);
            return false;
        } catch (DamagedException e) {
            assertThat(e).as(what).hasMessageContaining("Restore a backup");
            Path left = directory.resolve("copy").resolve(DataDirectory.DATA);
            assertThat(Arrays.equals(Files.readAllBytes(left), data)).as(what).isTrue();
            return true;
        }
    }

    private Map<String, String> open(byte[] data, byte[] told) throws Exception {
        MvPartitionStore store = Writing.open(write(data, told));
        try {
            return Writing.contents(store, "tp-1");
        } finally {
            store.crash();
        }
    }

    private Path write(byte[] data, byte[] told) throws IOException {
        Path copy = directory.resolve("copy");
        Files.createDirectories(copy);
        Files.write(copy.resolve(DataDirectory.DATA), data);
        Files.write(copy.resolve(DataDirectory.ACKNOWLEDGED), told);
        return copy;
    }
}
