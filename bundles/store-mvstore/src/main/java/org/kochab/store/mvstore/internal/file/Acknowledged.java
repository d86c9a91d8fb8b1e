package org.kochab.store.mvstore.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.kochab.spi.store.StoreException;
import org.kochab.store.mvstore.internal.core.DamagedException;

/**
 * A small file that says which group of writes is the newest that callers were told of: that the data file lost its end cannot be seen in the
 * data file. It is also the lock of the directory. A number written here outlives the process at once and a loss of power after
 * {@link #force}. Safe for any thread, but {@link #write} is for one at a time.
 */
final class Acknowledged implements AutoCloseable {
    /** Two numbers in turn, each in a page of its own: one may be torn. */
    private static final int SLOTS = 2;

    private static final int SLOT = 4096;
    private static final int RECORD = Long.BYTES + Integer.BYTES;

    private final Path path;
    private final FileChannel file;

    private Acknowledged(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /** @throws StoreException if another process, or another store of this one, has it */
    static Acknowledged open(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        } finally {
            if (!locked) {
                file.close();
            }
        }
        if (!locked) {
            throw new StoreException(path.getParent()
                    + " is in use by another store: stop the other process, or give each its own directory");
        }
        return new Acknowledged(path, file);
    }

    /** The number; empty if none was ever written. */
    OptionalLong newest() throws IOException {
        if (file.size() == 0) {
            return OptionalLong.empty();
        }
        OptionalLong newest = OptionalLong.empty();
        for (int slot = 0; slot < SLOTS; slot++) {
            ByteBuffer in = ByteBuffer.allocate(RECORD);
            while (in.hasRemaining() && file.read(in, (long) slot * SLOT + in.position()) > 0) {}
            long number = in.getLong(0);
            boolean whole = !in.hasRemaining() && in.getInt(Long.BYTES) == checksum(number);
            if (whole && (newest.isEmpty() || number > newest.getAsLong())) {
                newest = OptionalLong.of(number);
            }
        }
        if (newest.isEmpty()) {
            throw new DamagedException(path + " is damaged");
        }
        return newest;
    }

    void write(long number) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(RECORD)
                .putLong(number)
                .putInt(checksum(number))
                .flip();
        long start = number % SLOTS * SLOT;
        while (out.hasRemaining()) {
            file.write(out, start + out.position());
        }
    }

    void force() throws IOException {
        file.force(true);
    }

    private static int checksum(long number) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
        return (int) sum.getValue();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
