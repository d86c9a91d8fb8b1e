package org.kochab.store.mvstore.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.kochab.store.mvstore.internal.file.Writing.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.StorePut;
import org.kochab.testkit.process.TestProcess;

/**
 * The main class of a JVM that is killed: opens a store and commits to several partitions at once without end. It prints
 * {@code try PARTITION REVISION} before and {@code ack PARTITION REVISION} after each commit.
 */
final class KilledWriter {
    static final int PARTITIONS = 8;
    static final int KEYS = 100;

    private static final int VALUE = 300;

    private final MvPartitionStore store;
    private final PrintStream out;

    private KilledWriter(MvPartitionStore store, PrintStream out) {
        this.store = store;
        this.out = out;
    }

    public static void main(String[] args) {
        KilledWriter writer = new KilledWriter(Writing.open(Path.of(args[0])), System.out);
        for (int i = 0; i < PARTITIONS; i++) {
            String partition = "p" + i;
            new Thread(() -> writer.write(partition), partition).start();
        }
    }

    private void write(String partition) {
        try {
            long epoch = Writing.lead(store, partition);
            long from = await(store.load(partition, put -> {}));
            for (long r = from + 1; ; r++) {
                say("try " + partition + " " + r);
                Writing.done(store, batch(partition, epoch, r));
                say("ack " + partition + " " + r);
            }
        } catch (Exception e) {
            say("failed " + partition + " " + e);
            Runtime.getRuntime().halt(3);
        }
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /** Each revision writes every key anew, with what does not compress, but one, which it deletes. */
    private static CommitBatch batch(String partition, long epoch, long revision) {
        Random random = new Random(revision);
        List<StorePut> puts = new ArrayList<>();
        List<byte[]> deletes = new ArrayList<>();
        for (int k = 0; k < KEYS; k++) {
            byte[] key = ("k" + k).getBytes(UTF_8);
            if (k == revision % KEYS) {
                deletes.add(key);
            } else {
                StringBuilder value = new StringBuilder(revision + " ");
                random.ints(VALUE, ' ', '~').forEach(value::appendCodePoint);
                puts.add(new StorePut(key, value.toString().getBytes(UTF_8)));
            }
        }
        return new CommitBatch(partition, epoch, revision - 1, revision, puts, deletes);
    }

    /** What such JVMs said, one after the other. */
    static final class Said {
        final Map<String, Long> tried = new TreeMap<>();
        final Map<String, Long> acknowledged = new TreeMap<>();
        int acks;
        String failure = "";

        /** @param shell run before the JVM in the same process, for example a limit */
        static Process start(Path directory, String shell) throws IOException {
            List<String> command = new ArrayList<>(List.of("sh", "-c", shell + " exec \"$@\"", "sh"));
            command.addAll(TestProcess.java(List.of("-Xmx256m")));
            command.addAll(List.of(KilledWriter.class.getName(), directory.toString()));
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        /** Takes a line; false if the JVM says that it failed. */
        boolean take(String line) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "try" -> tried.put(words[1], Long.parseLong(words[2]));
                case "ack" -> {
                    acknowledged.put(words[1], Long.parseLong(words[2]));
                    acks++;
                }
                default -> failure = line;
            }
            return failure.isEmpty();
        }

        /** Lets it acknowledge so many commits, then kills it with SIGKILL; what it said before it died is read to the end. */
        void untilKilled(Process writer, int commits) throws IOException {
            int end = acks + commits;
            try (BufferedReader lines = writer.inputReader(UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (take(line) && acks == end) {
                        writer.toHandle().destroyForcibly();
                    }
                }
            } finally {
                writer.destroyForcibly();
            }
        }
    }
}
