package org.kochab.agenttasks;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.StopSignal;

/**
 * A task's output, both streams in order: at most two files, the older of which is dropped when the newer is full. Positions count from the first
 * byte that was ever written. Any thread.
 */
public final class TaskLog extends OutputStream {
    private static final int BLOCK = 16 * 1024;
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Path current;
    private final Path former;
    private final long most;
    private @Nullable OutputStream out;
    private long first;
    private long middle;
    private long end;
    private boolean closed;

    private TaskLog(Path directory, long most) {
        current = directory.resolve("output.log");
        former = directory.resolve("output.log.1");
        this.most = most;
    }

    /** A new one, to be written to. */
    public static TaskLog create(Path directory, long most) throws IOException {
        TaskLog log = new TaskLog(directory, most);
        Files.deleteIfExists(log.former);
        log.out = new FileOutputStream(log.current.toFile());
        return log;
    }

    /** That of a task that has ended. */
    public static TaskLog ended(Path directory) {
        TaskLog log = new TaskLog(directory, 0);
        log.middle = size(log.former);
        log.end = log.middle + size(log.current);
        log.closed = true;
        return log;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (end - middle >= most) {
                turn();
            }
            OutputStream file = out;
            if (file == null) {
                throw new IOException("closed");
            }
            int n = (int) Math.min(left, most - (end - middle));
            file.write(bytes, at, n);
            end += n;
            at += n;
            left -= n;
        }
        notifyAll();
    }

    private void turn() throws IOException {
        OutputStream full = out;
        if (full != null) {
            full.close();
            out = null;
            Files.move(current, former, StandardCopyOption.REPLACE_EXISTING);
            out = new FileOutputStream(current.toFile());
            first = middle;
            middle = end;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        notifyAll();
        OutputStream file = out;
        if (file != null) {
            out = null;
            file.close();
        }
    }

    /** As {@link org.kochab.spi.runtime.RuntimeDriver#logs}. */
    public void read(int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        byte[] block = new byte[BLOCK];
        try {
            long at = tailLines < 0 ? 0 : tail(tailLines, block);
            while (!stop.stopped()) {
                long from;
                int n;
                synchronized (this) {
                    from = Math.max(at, first);
                    n = read(from, block);
                }
                if (n > 0) {
                    sink.output(false, block, 0, n);
                    at = from + n;
                } else if (!follow || !more(from)) {
                    return;
                }
            }
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            // The task was removed meanwhile.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether there is, or may yet be, something after {@code at}; waits a little for it */
    private synchronized boolean more(long at) throws InterruptedException {
        if (at >= end && !closed) {
            wait(LOOK_EVERY_MILLIS);
        }
        return at < end || !closed;
    }

    private synchronized int read(long at, byte[] block) throws IOException {
        long upTo = at < middle ? middle : end;
        int n = (int) Math.min(block.length, upTo - at);
        if (n <= 0) {
            return 0;
        }
        try (RandomAccessFile file = new RandomAccessFile((at < middle ? former : current).toFile(), "r")) {
            file.seek(at < middle ? at - first : at - middle);
            file.readFully(block, 0, n);
        }
        return n;
    }

    /** @return where the last lines begin */
    private synchronized long tail(int lines, byte[] block) throws IOException {
        int left = lines;
        long upTo = end;
        while (upTo > first && left > 0) {
            long from = Math.max(upTo > middle ? middle : first, upTo - block.length);
            read(from, block);
            for (int i = (int) (upTo - from) - 1; i >= 0; i--) {
                // The line feed that ends the last line begins no line.
                if (block[i] == '\n' && from + i + 1 < end && --left == 0) {
                    return from + i + 1;
                }
            }
            upTo = from;
        }
        return upTo;
    }
}
