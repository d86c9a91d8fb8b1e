package org.kochab.store.ignite.internal.grid;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.ignite.IgniteCache;
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
        for (long batch = first; batch < end; batch++) {
            batches.add(Block.decode(value(Keys.slot(prefix, batch))));
        }
        return Block.together(batches).iterator();
    }

    private byte[] value(byte[] key) {
        byte[] value = entries.get(key);
        if (value == null) {
            throw new StoreException("a block of partition " + partition + " is not there any more: load it again");
        }
        return value;
    }

    /** One block in memory at a time. */
    private final class SegmentItems implements Iterator<Item> {
        private final Segment segment;
        private int block;
        private Iterator<Item> items = List.<Item>of().iterator();

        SegmentItems(Segment segment) {
            this.segment = segment;
        }

        @Override
        public boolean hasNext() {
            while (!items.hasNext() && block < segment.blocks()) {
                items = Block.decode(value(Keys.block(prefix, segment.number(), block++)))
                        .iterator();
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
