package org.kochab.store.ignite.internal.grid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.lang.IgniteFuture;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Block;
import org.kochab.store.ignite.internal.core.Head;
import org.kochab.store.ignite.internal.core.Head.Segment;
import org.kochab.store.ignite.internal.core.Item;
import org.kochab.store.ignite.internal.core.Keys;
import org.kochab.store.ignite.internal.core.Merge;
import org.kochab.store.ignite.internal.core.Merged;

/** Reads a partition's log. It fails with {@link StoreException} if a merge has removed a block meanwhile: then the head is another by now. */
final class Log {
    /** A batch has up to 16 MiB, a block about 256 KiB. */
    private static final int SLOTS_AHEAD = 2;

    private static final int BLOCKS_AHEAD = 4;

    private final IgniteCache<byte[], byte[]> entries;
    private final String partition;
    private final byte[] prefix;
    private final Head head;

    Log(IgniteCache<byte[], byte[]> entries, String partition, Head head) {
        this.entries = entries;
        this.partition = partition;
        this.prefix = Keys.prefix(partition);
        this.head = head;
    }

    /** The newest item of each key, deletions included, in key order. */
    Iterator<Item> all() {
        return read(head.firstSlot(), head.nextSlot(), head.newestFirst());
    }

    /** The same of what is to be merged. */
    Iterator<Item> inputs(Merge merge) {
        return read(merge.firstSlot(), merge.endSlot(), merge.segments());
    }

    private Iterator<Item> read(long firstSlot, long endSlot, List<Segment> newestFirst) {
        List<Iterator<Item>> parts = new ArrayList<>();
        parts.add(slots(firstSlot, endSlot));
        newestFirst.forEach(segment -> parts.add(new SegmentItems(segment)));
        return new Merged(parts);
    }

    private Iterator<Item> slots(long first, long end) {
        List<List<Item>> batches = new ArrayList<>();
        Ahead values = new Ahead(batch -> Keys.slot(prefix, batch), first, end, SLOTS_AHEAD);
        for (long batch = first; batch < end; batch++) {
            batches.add(Block.decode(values.next()));
        }
        return Block.together(batches).iterator();
    }

    /** Values of consecutive keys, some of which are asked for before they are needed: most are with another member. */
    private final class Ahead {
        private final LongFunction<byte[]> keys;
        private final long end;
        private final int most;
        private final Deque<IgniteFuture<byte[]>> asked = new ArrayDeque<>();
        private long nextAsked;

        Ahead(LongFunction<byte[]> keys, long first, long end, int most) {
            this.keys = keys;
            this.nextAsked = first;
            this.end = end;
            this.most = most;
        }

        boolean hasNext() {
            return !asked.isEmpty() || nextAsked < end;
        }

        byte[] next() {
            while (asked.size() < most && nextAsked < end) {
                asked.add(entries.getAsync(keys.apply(nextAsked++)));
            }
            byte[] value = asked.remove().get();
            if (value == null) {
                throw new StoreException("a block of partition " + partition + " is not there any more: load it again");
            }
            return value;
        }
    }

    /** A few blocks in memory at a time. */
    private final class SegmentItems implements Iterator<Item> {
        private final Ahead blocks;
        private Iterator<Item> items = List.<Item>of().iterator();

        SegmentItems(Segment segment) {
            this.blocks = new Ahead(
                    block -> Keys.block(prefix, segment.number(), (int) block), 0, segment.blocks(), BLOCKS_AHEAD);
        }

        @Override
        public boolean hasNext() {
            while (!items.hasNext() && blocks.hasNext()) {
                items = Block.decode(blocks.next()).iterator();
            }
            return items.hasNext();
        }

        @Override
        public Item next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return items.next();
        }
    }
}
