package org.kochab.store.ignite.internal.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.StorePut;

/** Items in one stored value: a batch as it was committed, or a part of a segment, which is in key order. */
public final class Block {
    private static final byte FORMAT = 1;
    private static final int DELETED = -1;

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
        int size = 1 + Integer.BYTES;
        for (Item item : items) {
            size += item.bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(FORMAT).putInt(items.size());
        for (Item item : items) {
            byte[] value = item.value();
            out.putInt(item.key().length).put(item.key()).putInt(value == null ? DELETED : value.length);
            if (value != null) {
                out.put(value);
            }
        }
        return out.array();
    }

    public static List<Item> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Formats.expect("block", FORMAT, in.get());
        int count = in.getInt();
        List<Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] key = array(in, in.getInt());
            int length = in.getInt();
            items.add(new Item(key, length == DELETED ? null : array(in, length)));
        }
        return items;
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
