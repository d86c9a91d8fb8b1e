package org.kochab.store.ignite.internal.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.StorePut;
import org.kochab.store.ignite.internal.core.Head.Segment;

/** Whatever is committed and whenever it is merged, the log reads as a map would, and stays short. */
class LogModelTest {
    private static final int SEEDS = 30;
    private static final int BATCHES = 3_000;

    @Test
    void readsAsAMap() {
        long base = Long.getLong("kochab.seed", 1);
        for (long seed = base; seed < base + SEEDS; seed++) {
            new Model(seed).run();
        }
    }

    /** Slots and blocks in memory, and a map beside them. */
    private static final class Model {
        private final long seed;
        private final Random random;
        private final Map<Long, byte[]> slots = new HashMap<>();
        private final Map<Long, List<Item>> segments = new HashMap<>();
        private final TreeMap<String, String> expected = new TreeMap<>();
        private Head head;

        Model(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            long slot = Head.SLOTS - random.nextInt(BATCHES);
            this.head = new Head(0, 0, List.of(), slot, slot, 0, 1, 0, List.of(), List.of());
        }

        void run() {
            int most = 0;
            for (int i = 1; i <= BATCHES; i++) {
                while (head.isFull() || random.nextInt(20) == 0) {
                    if (!merge(random.nextInt(10) == 0)) {
                        break;
                    }
                }
                commit(i);
                most = Math.max(most, head.segments().size());
                if (i % 500 == 0) {
                    assertThat(read()).as("seed %d, batch %d", seed, i).isEqualTo(expected);
                    assertThat(Head.decode(head.encode())).isEqualTo(head);
                }
            }
            assertThat(most).as("seed %d: segments", seed).isLessThan(4 * Merge.FAN_IN);
            assertThat(segments.keySet())
                    .as("seed %d: no block is forgotten", seed)
                    .isSubsetOf(numbers());
        }

        private List<Long> numbers() {
            List<Long> numbers = new ArrayList<>(head.retired());
            head.segments().forEach(s -> numbers.add(s.number()));
            numbers.add(head.building());
            return numbers;
        }

        private void commit(long revision) {
            Map<String, String> changes = new TreeMap<>();
            for (int n = random.nextInt(6); n >= 0; n--) {
                changes.put("k" + random.nextInt(200), random.nextInt(3) == 0 ? null : "v" + revision);
            }
            List<StorePut> puts = new ArrayList<>();
            List<byte[]> deletes = new ArrayList<>();
            changes.forEach((key, value) -> {
                if (value == null) {
                    deletes.add(key.getBytes(UTF_8));
                    expected.remove(key);
                } else {
                    puts.add(new StorePut(key.getBytes(UTF_8), value.getBytes(UTF_8)));
                    expected.put(key, value);
                }
            });
            CommitBatch batch = new CommitBatch("p", 1, revision - 1, revision, puts, deletes);
            byte[] block = Block.encode(batch);
            slots.put(head.nextSlot() % Head.SLOTS, block);
            head = head.with(batch, block.length);
        }

        /** @param crash end it before the head names the new segment */
        private boolean merge(boolean crash) {
            if (Merge.next(head).isEmpty()) {
                return false;
            }
            head = head.withBegun();
            Head begun = head;
            Merge merge = Merge.next(begun).orElseThrow();
            begun.retired().forEach(segments::remove);
            List<Iterator<Item>> newestFirst = new ArrayList<>();
            newestFirst.add(slots(merge.firstSlot(), merge.endSlot()));
            merge.segments().forEach(segment -> newestFirst.add(items(segment)));
            List<Item> items = new ArrayList<>();
            new Merged(newestFirst).forEachRemaining(item -> {
                if (item.value() != null || !merge.oldest()) {
                    items.add(item);
                }
            });
            segments.put(begun.building(), items);
            if (crash) {
                return true;
            }
            assertThat(merge.isStill(head, begun.building())).isTrue();
            head = head.withMerged(merge, items.isEmpty() ? 0 : 1, begun.retired());
            if (items.isEmpty()) {
                segments.remove(begun.building());
            }
            return true;
        }

        private Iterator<Item> slots(long first, long end) {
            List<List<Item>> batches = new ArrayList<>();
            for (long batch = first; batch < end; batch++) {
                batches.add(Block.decode(slots.get(batch % Head.SLOTS)));
            }
            return Block.together(batches).iterator();
        }

        private Iterator<Item> items(Segment segment) {
            return Block.decode(Block.encode(segments.get(segment.number()))).iterator();
        }

        private TreeMap<String, String> read() {
            List<Iterator<Item>> newestFirst = new ArrayList<>();
            newestFirst.add(slots(head.firstSlot(), head.nextSlot()));
            head.segments().stream()
                    .sorted((a, b) -> a.level() != b.level()
                            ? Integer.compare(a.level(), b.level())
                            : Long.compare(b.number(), a.number()))
                    .forEach(s -> newestFirst.add(items(s)));
            TreeMap<String, String> found = new TreeMap<>();
            byte[][] last = {new byte[0]};
            new Merged(newestFirst).forEachRemaining(item -> {
                assertThat(Arrays.compareUnsigned(last[0], item.key())).isNegative();
                last[0] = item.key();
                if (item.value() != null) {
                    found.put(new String(item.key(), UTF_8), new String(item.value(), UTF_8));
                }
            });
            return found;
        }
    }

    @Test
    void slowsDownBeforeItIsFull() {
        Head head = Head.EMPTY;
        int pause = 0;
        for (int i = 1; !head.isFull(); i++) {
            assertThat(head.pauseMillis()).isBetween(pause, 499);
            pause = head.pauseMillis();
            assertThat(pause > 0).isEqualTo(i > Head.SLOTS / 2 + 5);
            head = head.with(new CommitBatch("p", 1, i - 1, i, List.of(), List.of()), 5);
        }
        assertThat(head.waiting()).isEqualTo(Head.SLOTS);
        assertThat(head.pauseMillis()).isEqualTo(500);
        Head large = Head.EMPTY.with(
                new CommitBatch("p", 1, 0, 1, List.of(), List.of()), (int) (Head.MOST_SLOT_BYTES / 4 * 3));
        assertThat(large.pauseMillis()).isEqualTo(250);
    }

    @Test
    void aMergeThatAnotherOvertookIsNotTaken() {
        Head head = Head.EMPTY;
        for (int i = 1; i <= Merge.SLOTS; i++) {
            head = head.with(new CommitBatch("p", 1, i - 1, i, List.of(), List.of()), 5);
        }
        Head first = head.withBegun();
        Merge merge = Merge.next(first).orElseThrow();
        Head second = first.withBegun();
        assertThat(merge.isStill(second, first.building())).isFalse();
        assertThat(second.retired()).containsExactly(first.building());
        Head merged = second.withMerged(Merge.next(second).orElseThrow(), 1, List.of());
        assertThat(merged.waiting()).isZero();
        assertThat(merged.slotBytes()).isZero();
        assertThat(merged.segments()).containsExactly(new Segment(second.building(), 1, 1));
        assertThat(merge.isStill(merged, first.building())).isFalse();
    }
}
