package org.kochab.store.ignite.internal.grid;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.ignite.IgniteCache;
import org.kochab.store.ignite.internal.core.Block;
import org.kochab.store.ignite.internal.core.Head;
import org.kochab.store.ignite.internal.core.Item;
import org.kochab.store.ignite.internal.core.Keys;
import org.kochab.store.ignite.internal.core.Merge;

/**
 * Merges partitions' logs, blocking. Commits go on meanwhile; what they see changes in one step, when the head names the new segment. Members may merge
 * one partition at the same time: only the one that began last can finish. A merge that a crash ends leaves blocks that no head names; the next one
 * removes them.
 */
final class Merger {
    private static final int BLOCK_BYTES = 256 << 10;

    private final PartitionTransactions transactions;
    private final IgniteCache<byte[], byte[]> entries;

    Merger(PartitionTransactions transactions) {
        this.transactions = transactions;
        this.entries = transactions.entries();
    }

    static boolean isDue(Head head) {
        return Merge.next(head).isPresent();
    }

    /** Does the next merge, if one is due. @return whether another may be */
    boolean merge(String partition) {
        if (!isDue(transactions.head(partition))) {
            return false;
        }
        Optional<Head> begun = transactions.changeHead(partition, h -> isDue(h) ? h.withBegun() : null);
        if (begun.isEmpty()) {
            return false;
        }
        Head head = begun.get();
        Merge merge = Merge.next(head).orElseThrow();
        byte[] prefix = Keys.prefix(partition);
        // First the garbage of earlier merges: whoever was reading it when it was retired is done by now, or told that
        // it is gone.
        head.retired().forEach(segment -> remove(prefix, segment));
        int blocks = write(prefix, head.building(), new Log(entries, partition, head).inputs(merge), merge.oldest());
        return transactions
                .changeHead(
                        partition,
                        now -> merge.isStill(now, head.building())
                                ? now.withMerged(merge, blocks, head.retired())
                                : null)
                .isPresent();
    }

    private int write(byte[] prefix, long segment, Iterator<Item> items, boolean oldest) {
        List<Item> block = new ArrayList<>();
        int bytes = 0;
        int blocks = 0;
        while (items.hasNext()) {
            Item item = items.next();
            byte[] value = item.value();
            if (value == null && oldest) {
                continue;
            }
            block.add(item);
            bytes += item.key().length + (value == null ? 0 : value.length);
            if (bytes >= BLOCK_BYTES) {
                entries.put(Keys.block(prefix, segment, blocks++), Block.encode(block));
                block.clear();
                bytes = 0;
            }
        }
        if (!block.isEmpty()) {
            entries.put(Keys.block(prefix, segment, blocks++), Block.encode(block));
        }
        return blocks;
    }

    private void remove(byte[] prefix, long segment) {
        int block = 0;
        while (entries.remove(Keys.block(prefix, segment, block))) {
            block++;
        }
    }
}
