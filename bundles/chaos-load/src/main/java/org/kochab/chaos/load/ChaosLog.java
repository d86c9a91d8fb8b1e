package org.kochab.chaos.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The files of one start of the load, in a directory that the fault does not touch. Each line is handed to the operating system before the
 * call returns, so it survives the end of this process.
 *
 * <p>{@code state-ROUND.txt} has what the partition had when the round began: {@code KEY VALUE} lines, then {@code END REVISION}.
 * {@code log-ROUND-START.txt} has lines {@code S ID put|delete KEY,…} before a transaction is submitted, and after its answer
 * {@code A ID REVISION} (acknowledged), {@code R ID} (refused, nothing changed) or {@code U ID} (unknown). A put's value is its ID.
 */
public final class ChaosLog implements AutoCloseable {
    private final FileChannel log;
    private final int start;

    private ChaosLog(FileChannel log, int start) {
        this.log = log;
        this.start = start;
    }

    /** Opens the next log of a round. */
    public static ChaosLog open(Path directory, int round) throws IOException {
        for (int start = 0; ; start++) {
            try {
                FileChannel log = FileChannel.open(
                        directory.resolve("log-" + round + "-" + start + ".txt"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
                return new ChaosLog(log, start);
            } catch (FileAlreadyExistsException e) {
                // the member was there before in this round; its log is complete and stays
            }
        }
    }

    /** Which start of the load within the round this is, from 0. */
    public int start() {
        return start;
    }

    public synchronized void line(String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                log.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a round's state, all at once; only the first start of a round does. */
    public static void state(Path directory, int round, Map<String, String> values, long revision) throws IOException {
        Path file = stateFile(directory, round);
        if (Files.exists(file)) {
            return;
        }
        List<String> lines = new ArrayList<>();
        values.forEach((key, value) -> lines.add(key + " " + value));
        lines.add("END " + revision);
        Path whole = Files.write(directory.resolve("state-" + round + ".tmp"), lines);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    public static Path stateFile(Path directory, int round) {
        return directory.resolve("state-" + round + ".txt");
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
