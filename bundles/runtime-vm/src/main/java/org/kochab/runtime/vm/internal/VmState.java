package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file that a machine's snapshots keep its memory in: a qcow2 disk that the guest does not see. It grows with what is kept, and is the machine's alone.
 */
final class VmState {
    /** The name by which QEMU's monitor knows it. */
    static final String NODE = "vmstate";

    private static final int QCOW2 = 0x514649fb;
    private static final int VERSION = 2;
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final long SIZE = 1 << 20;
    /** A cluster each: header, table of reference counts, reference counts, table of the disk's clusters. */
    private static final int PARTS = 4;

    private VmState() {}

    /** Makes it anew, empty. */
    static void create(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(72);
        header.putInt(QCOW2).putInt(VERSION).putLong(0).putInt(0).putInt(CLUSTER_BITS);
        // No encryption; one entry in the table of clusters, and where it is.
        header.putLong(SIZE).putInt(0).putInt(1).putLong(3 * CLUSTER);
        // Where the reference counts are; no snapshots.
        header.putLong(CLUSTER).putInt(1).putInt(0).putLong(0);
        ByteBuffer table = ByteBuffer.allocate(Long.BYTES).putLong(2 * CLUSTER);
        ByteBuffer counts = ByteBuffer.allocate(PARTS * Short.BYTES);
        for (int i = 0; i < PARTS; i++) {
            counts.putShort((short) 1);
        }
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(out, header, 0);
            write(out, table, CLUSTER);
            write(out, counts, 2 * CLUSTER);
            write(out, ByteBuffer.allocate(1).position(1), (PARTS * CLUSTER) - 1);
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes, long position) throws IOException {
        bytes.flip();
        for (long at = position; bytes.hasRemaining(); ) {
            at += out.write(bytes, at);
        }
    }
}
