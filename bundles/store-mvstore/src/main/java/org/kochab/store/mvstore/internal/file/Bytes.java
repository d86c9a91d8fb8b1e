package org.kochab.store.mvstore.internal.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.kochab.store.mvstore.internal.core.DamagedException;

/** Keys and values as they are. Unlike MVStore's own type it believes no length that the page cannot hold. */
final class Bytes extends BasicDataType<byte[]> {
    static final Bytes TYPE = new Bytes();

    private static final int OBJECT_BYTES = 24;

    private Bytes() {}

    @Override
    public int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b);
    }

    @Override
    public int getMemory(byte[] bytes) {
        return OBJECT_BYTES + bytes.length;
    }

    @Override
    public void write(WriteBuffer out, byte[] bytes) {
        out.putVarInt(bytes.length).put(bytes);
    }

    @Override
    public byte[] read(ByteBuffer in) {
        int length = DataUtils.readVarInt(in);
        if (length < 0 || length > in.remaining()) {
            throw new DamagedException("the length of a key or value is wrong");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    @Override
    public byte[][] createStorage(int size) {
        return new byte[size][];
    }
}
