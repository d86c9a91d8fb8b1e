package org.kochab.hosttasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.StopSignal;

/** Reads a task's output: the file it is written to, and the one before. */
final class TaskLog {
    private static final int BLOCK = 16 * 1024;
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Path current;
    private final Path former;

    TaskLog(Path directory) {
        current = directory.resolve("output.log");
        former = directory.resolve("output.log.1");
    }

    void read(int tailLines, boolean follow, OutputSink sink, StopSignal stop, BooleanSupplier running) {
        try {
            follow(open(List.of(former, current)), tailLines, follow, sink, stop, running);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The files as they were at one time: open ones stay the same when they are renamed.
     *
     * @param key of the one that is written to, which is the last; null if there was none
     */
    private record Opened(List<FileChannel> files, @Nullable Object key) {
        @Nullable
        FileChannel last() {
            return files.isEmpty() ? null : files.get(files.size() - 1);
        }

        void close() throws IOException {
            for (FileChannel file : files) {
                file.close();
            }
        }
    }

    private Opened open(List<Path> paths) throws IOException {
        while (true) {
            Object key = key(current);
            List<FileChannel> files = new ArrayList<>();
            for (Path path : paths) {
                try {
                    files.add(FileChannel.open(path, StandardOpenOption.READ));
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
            Opened opened = new Opened(files, key);
            if (Objects.equals(key, key(current))) {
                return opened;
            }
            // They were renamed meanwhile.
            opened.close();
        }
    }

    private void follow(
            Opened begin, int tailLines, boolean follow, OutputSink sink, StopSignal stop, BooleanSupplier running)
            throws IOException, InterruptedException {
        Opened opened = begin;
        try {
            seek(opened.files, tailLines);
            for (FileChannel file : opened.files) {
                copy(file, sink, stop);
            }
            while (follow && !stop.stopped()) {
                // Asked before reading: what came until then is read even if the task ends meanwhile.
                boolean goesOn = running.getAsBoolean();
                // As is whether it was renamed: then nothing more is written to it.
                Object now = key(current);
                FileChannel last = opened.last();
                if (last != null) {
                    copy(last, sink, stop);
                }
                if (now != null && !now.equals(opened.key)) {
                    opened.close();
                    opened = open(List.of(current));
                } else if (!goesOn) {
                    return;
                } else {
                    Thread.sleep(LOOK_EVERY_MILLIS);
                }
            }
        } finally {
            opened.close();
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static void copy(FileChannel file, OutputSink sink, StopSignal stop) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (!stop.stopped() && file.read(block.clear()) > 0) {
            sink.output(false, block.array(), 0, block.position());
        }
    }

    /** Moves to where the last lines begin. */
    private static void seek(List<FileChannel> files, int lines) throws IOException {
        if (lines < 0) {
            return;
        }
        int left = lines;
        boolean end = true;
        for (int i = files.size() - 1; i >= 0; i--) {
            FileChannel file = files.get(i);
            long at = file.size();
            ByteBuffer one = ByteBuffer.allocate(BLOCK);
            long found = left == 0 ? at : -1;
            while (at > 0 && found < 0) {
                int length = (int) Math.min(BLOCK, at);
                at -= length;
                file.read(one.clear().limit(length), at);
                for (int j = length - 1; j >= 0 && found < 0; j--) {
                    // The line feed that ends the last line begins no line.
                    if (one.get(j) == '\n' && !end && --left == 0) {
                        found = at + j + 1;
                    }
                    end = false;
                }
            }
            file.position(found < 0 ? 0 : found);
        }
    }
}
