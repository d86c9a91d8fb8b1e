package org.kochab.store.ignite.internal.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.difference.Difference;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.StorePut;

/**
 * Items in one stored value: a batch as it was committed, or a part of a segment, which is in key order. A value that resembles a former one of the same
 * block, as pods of one template do, is stored as what differs from it.
 */
public final class Block {
    private static final byte FORMAT = 2;

    /** In place of a value's length; smaller numbers say from which item of the block the value differs. */
    private static final int DELETED = -1;

    private static final int FIRST_BASE = DELETED - 1;

    /** In a block without differences. */
    private static final byte FORMAT_BEFORE = 1;

    private Block() {}

    /** Bytes of a batch's keys and values. */
    public static long bytes(CommitBatch batch) {
        long bytes = 0;
        for (StorePut put : batch.puts()) {
            bytes += put.key().length + put.value().length;
        }
        for (byte[] key : batch.deletes()) {
            bytes += key.length;
        }
        return bytes;
    }

    public static byte[] encode(CommitBatch batch) {
        List<Item> items = new ArrayList<>(batch.puts().size() + batch.deletes().size());
        batch.puts().forEach(p -> items.add(new Item(p.key(), p.value())));
        batch.deletes().forEach(key -> items.add(new Item(key, null)));
        return encode(items);
    }

    public static byte[] encode(List<Item> items) {
        Bases bases = new Bases();
        List<Bases.@Nullable Found> found = new ArrayList<>(items.size());
        int size = 1 + Integer.BYTES;
        for (Item item : items) {
            Bases.Found like = item.value() == null ? null : bases.find(item.value(), found.size());
            found.add(like);
            size += like == null ? item.bytes() : 3 * Integer.BYTES + item.key().length + like.difference().length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(FORMAT).putInt(items.size());
        for (int i = 0; i < items.size(); i++) {
            byte[] key = items.get(i).key();
            byte[] value = items.get(i).value();
            Bases.Found like = found.get(i);
            out.putInt(key.length).put(key);
            if (like != null) {
                out.putInt(FIRST_BASE - like.base())
                        .putInt(like.difference().length)
                        .put(like.difference());
            } else if (value != null) {
                out.putInt(value.length).put(value);
            } else {
                out.putInt(DELETED);
            }
        }
        return out.array();
    }

    public static List<Item> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte format = in.get();
        if (format != FORMAT_BEFORE) {
            Formats.expect("block", FORMAT, format);
        }
        int count = in.getInt();
        List<Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] key = array(in, in.getInt());
            items.add(new Item(key, value(in, in.getInt(), items)));
        }
        return items;
    }

    private static byte @Nullable [] value(ByteBuffer in, int length, List<Item> former) {
        if (length == DELETED) {
            return null;
        }
        if (length >= 0) {
            return array(in, length);
        }
        byte[] base = former.get(FIRST_BASE - length).value();
        return Difference.apply(Objects.requireNonNull(base), array(in, in.getInt()));
    }

    /** What several batches come to, in key order. @param oldestFirst decoded blocks */
    public static List<Item> together(List<List<Item>> oldestFirst) {
        SortedMap<byte[], Item> newest = new TreeMap<>(Arrays::compareUnsigned);
        for (List<Item> items : oldestFirst) {
            items.forEach(item -> newest.put(item.key(), item));
        }
        return List.copyOf(newest.values());
    }

    private static byte[] array(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
