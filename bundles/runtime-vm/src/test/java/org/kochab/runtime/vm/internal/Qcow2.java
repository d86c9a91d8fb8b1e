package org.kochab.runtime.vm.internal;

import java.nio.ByteBuffer;

/** The smallest qcow2 image with something in its first cluster. */
final class Qcow2 {
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final long SIZE = 1 << 20;
    private static final long COPIED = 1L << 63;
    private static final int PARTS = 6;

    private Qcow2() {}

    /** In this order, a cluster each: header, reference table, reference counts, first level, second level, data. */
    static byte[] of(byte[] start) {
        ByteBuffer image = ByteBuffer.allocate(PARTS * CLUSTER);
        image.putInt(0x514649fb)
                .putInt(2)
                .putLong(0)
                .putInt(0)
                .putInt(CLUSTER_BITS)
                .putLong(SIZE);
        // No encryption; where and how large the first level and the reference table are; no snapshots.
        image.putInt(0)
                .putInt(1)
                .putLong(3 * CLUSTER)
                .putLong(CLUSTER)
                .putInt(1)
                .putInt(0)
                .putLong(0);
        image.putLong(CLUSTER, 2 * CLUSTER);
        for (int i = 0; i < PARTS; i++) {
            image.putShort(2 * CLUSTER + 2 * i, (short) 1);
        }
        image.putLong(3 * CLUSTER, 4 * CLUSTER | COPIED);
        image.putLong(4 * CLUSTER, 5 * CLUSTER | COPIED);
        image.put(5 * CLUSTER, start, 0, Math.min(start.length, CLUSTER));
        return image.array();
    }
}
