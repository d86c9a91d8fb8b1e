package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Makes the two files that a machine writes, as qcow2. They grow with what is kept in them, and are the machine's alone. */
final class Qcow2Files {
    /** The name by which QEMU's monitor knows the file that snapshots keep the memory in: a disk that the guest does not see. */
    static final String MEMORY = "vmstate";

    private static final int QCOW2 = 0x514649fb;
    private static final int VERSION = 2;
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final long MEMORY_SIZE = 1 << 20;
    private static final int HEADER = 72;
    private static final int SIZE_AT = 24;
    private static final int BACKING_FORMAT = 0xe2792aca;
    /** What one entry of the table of clusters covers of the disk. */
    private static final long ENTRY = (long) CLUSTER / Long.BYTES * CLUSTER;

    private static final int MOST_ENTRIES = CLUSTER / Long.BYTES;
    private static final int MOST_NAME = 1023;
    /** A cluster each: header, table of reference counts, reference counts, table of the disk's clusters. */
    private static final int PARTS = 4;

    private Qcow2Files() {}

    /** Makes the memory's anew, empty. */
    static void memory(Path file) throws IOException {
        create(file, MEMORY_SIZE, null);
    }

    /** Makes anew what the guest writes to its disk: nothing so far. */
    static void overlay(Path file, MachineImages.Disk disk) throws IOException {
        create(file, size(disk), disk);
    }

    private static long size(MachineImages.Disk disk) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(disk.file().toFile(), "r")) {
            if (disk.format().equals("raw")) {
                return in.length();
            }
            in.seek(SIZE_AT);
            return in.readLong();
        }
    }

    private static void create(Path file, long size, MachineImages.@Nullable Disk backing) throws IOException {
        long entries = (size + ENTRY - 1) / ENTRY;
        byte[] name = backing == null
                ? new byte[0]
                : backing.file().toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        byte[] format = backing == null ? new byte[0] : backing.format().getBytes(StandardCharsets.US_ASCII);
        if (entries > MOST_ENTRIES || name.length > MOST_NAME) {
            throw new IOException("the image is too large, or its path too long");
        }
        int extension = backing == null ? 0 : 2 * Long.BYTES + (format.length + 7) / 8 * 8;
        ByteBuffer header = ByteBuffer.allocate(CLUSTER);
        header.putInt(QCOW2).putInt(VERSION);
        header.putLong(name.length == 0 ? 0 : HEADER + extension).putInt(name.length);
        header.putInt(CLUSTER_BITS);
        // No encryption; the table of clusters, and where it is.
        header.putLong(size).putInt(0).putInt((int) entries).putLong(3 * CLUSTER);
        // Where the reference counts are; no snapshots.
        header.putLong(CLUSTER).putInt(1).putInt(0).putLong(0);
        if (backing != null) {
            header.putInt(BACKING_FORMAT).putInt(format.length).put(format);
            header.position(HEADER + extension);
            header.put(name);
        }
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
