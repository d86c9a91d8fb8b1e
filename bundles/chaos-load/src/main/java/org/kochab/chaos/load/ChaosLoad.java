package org.kochab.chaos.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;

/**
 * Writers, each with keys of its own and one transaction at a time. Each transaction changes one key or, now and then, all keys of its
 * writer, and each key twice: under {@code chaos/a/} and {@code chaos/b/}, so that a transaction that was split shows.
 */
public final class ChaosLoad implements AutoCloseable {
    static final String PREFIX = "chaos/";
    private static final int KEYS = 64;
    private static final int WIDE_EVERY = 20;
    private static final int DELETE_EVERY = 7;
    private static final int PAGE = 10_000;
    private static final int ANSWER_SECONDS = 60;

    private final Partition partition;
    private final ChaosLog log;
    private final int round;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    private ChaosLoad(Partition partition, ChaosLog log, int round) {
        this.partition = partition;
        this.log = log;
        this.round = round;
    }

    /** Writes down what the partition has, then starts the writers. */
    public static ChaosLoad start(Partition partition, Path directory, int round, int writers, long seed)
            throws IOException, GoneException {
        ListPage page = partition.list(PREFIX, PAGE);
        long revision = page.revision();
        Map<String, String> values = new TreeMap<>();
        while (true) {
            for (Entry entry : page.entries()) {
                values.put(entry.key().substring(PREFIX.length()), new String(entry.value(), UTF_8));
            }
            if (page.next().isEmpty()) {
                break;
            }
            page = partition.list(PREFIX, PAGE, page.next().orElseThrow());
        }
        ChaosLog log = ChaosLog.open(directory, round);
        ChaosLog.state(directory, round, values, revision);
        ChaosLoad load = new ChaosLoad(partition, log, round);
        for (int w = 0; w < writers; w++) {
            int writer = w;
            Random random = new Random(seed * 31 + round * 1_000L + w);
            Thread thread = new Thread(() -> load.write(writer, random), "kochab-chaos-load-" + w);
            thread.setDaemon(true);
            load.threads.add(thread);
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    private void write(int writer, Random random) {
        for (int n = 0; !ended; n++) {
            String id = round + "." + log.start() + "." + writer + "." + n;
            boolean delete = random.nextInt(DELETE_EVERY) == 0;
            List<String> keys = new ArrayList<>();
            if (random.nextInt(WIDE_EVERY) == 0) {
                for (int k = 0; k < KEYS; k++) {
                    keys.add(writer + "/" + k);
                }
            } else {
                keys.add(writer + "/" + random.nextInt(KEYS));
            }
            log.line("S " + id + (delete ? " delete " : " put ") + String.join(",", keys));
            Optional<CommitResult> result = ask(transaction(id, delete, keys));
            if (result.isEmpty()) {
                return;
            }
            CommitResult answer = result.get();
            if (answer instanceof CommitResult.Committed committed) {
                log.line("A " + id + " " + committed.revision());
            } else if (answer instanceof CommitResult.Unknown) {
                log.line("U " + id);
            } else {
                log.line("R " + id);
                if (answer instanceof CommitResult.NotLeader) {
                    return;
                }
            }
        }
    }

    private static Transaction transaction(String id, boolean delete, List<String> keys) {
        List<Operation> operations = new ArrayList<>();
        for (String key : keys) {
            for (String side : List.of("a/", "b/")) {
                String whole = PREFIX + side + key;
                operations.add(delete ? new Operation.Delete(whole) : new Operation.Put(whole, id.getBytes(UTF_8)));
            }
        }
        return new Transaction(List.of(), operations);
    }

    private Optional<CommitResult> ask(Transaction transaction) {
        try {
            return Optional.of(
                    partition.submit(transaction).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            // left unanswered in the log, which the check takes as unknown
            return Optional.empty();
        }
    }

    /** Ends the writers; bounded. */
    @Override
    public void close() throws IOException {
        ended = true;
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
