package org.kochab.chaos.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;

/**
 * The clients of one partition on one member. Lines of their log, with {@code -} for an absent value and nanoseconds of the monotonic clock:
 *
 * <ul>
 *   <li>{@code S ID NANOS put|delete KEY,… HASH} a transaction is about to be submitted, a put's value is its ID
 *   <li>{@code C ID NANOS KEY EXPECTED HASH} likewise, only if the key has the value that was read
 *   <li>{@code A ID NANOS REVISION} acknowledged, {@code R ID NANOS KIND} refused, {@code U ID NANOS KIND} unknown; the kind is the simple name of the answer or of what
 *       was thrown, or {@code Absent} if there was nobody to ask
 *   <li>{@code G KEY CALLED RETURNED VALUE} a read
 *   <li>{@code Z NANOS} the last line: every key was read once more after the last write
 * </ul>
 */
final class Clients {
    private static final int KEYS = 16;
    private static final int SHARED = 4;
    private static final int WIDE_EVERY = 20;
    private static final int DELETE_EVERY = 7;
    private static final int ANSWER_SECONDS = 60;
    private static final int RETRY_MILLIS = 100;

    private final PartitionService partitions;
    private final PartitionId id;
    private final ChaosLog log;
    private final List<String> members;
    private final BooleanSupplier ended;
    private final int pauseMillis;

    Clients(
            PartitionService partitions,
            PartitionId id,
            ChaosLog log,
            List<String> members,
            BooleanSupplier ended,
            int pauseMillis) {
        this.partitions = partitions;
        this.id = id;
        this.log = log;
        this.members = members;
        this.ended = ended;
        this.pauseMillis = pauseMillis;
    }

    /** Puts and deletes keys of its own, blindly; now and then all of them in one transaction. */
    void write(int member, int writer, Random random) {
        for (int n = 0; !ended.getAsBoolean(); n++) {
            String value = member + "." + log.start() + "." + writer + "." + n;
            boolean delete = random.nextInt(DELETE_EVERY) == 0;
            List<String> keys = new ArrayList<>();
            if (random.nextInt(WIDE_EVERY) == 0) {
                for (int k = 0; k < KEYS; k++) {
                    keys.add(own(member, writer, k));
                }
            } else {
                keys.add(own(member, writer, random.nextInt(KEYS)));
            }
            Transaction transaction = transaction(List.of(), value, delete, keys);
            log.line("S " + value + " " + System.nanoTime() + (delete ? " delete " : " put ") + String.join(",", keys)
                    + " " + Content.of(transaction));
            ask(value, transaction);
        }
    }

    /** Reads a key that all members share, and sets it if it is still what was read. */
    void compareAndSet(int member, Random random) {
        for (int n = 0; !ended.getAsBoolean(); n++) {
            String key = "s/" + random.nextInt(SHARED);
            Optional<Partition> partition = partitions.partition(id);
            Optional<Optional<Entry>> found = partition.flatMap(p -> get(p, key));
            if (found.isEmpty()) {
                pause(RETRY_MILLIS);
                continue;
            }
            Optional<Entry> now = found.get();
            String value = member + "." + log.start() + ".s." + n;
            List<Precondition> still =
                    List.of(now.<Precondition>map(e -> new Precondition.AtRevision(e.key(), e.revision()))
                            .orElseGet(() -> new Precondition.Absent(side("a/", key))));
            Transaction transaction = transaction(still, value, false, List.of(key));
            log.line("C " + value + " " + System.nanoTime() + " " + key + " " + text(now) + " "
                    + Content.of(transaction));
            ask(value, transaction);
        }
    }

    /** Reads keys of all members; once the writers have ended, each key one last time. */
    void read(int writers, Random random, List<Thread> all) {
        List<String> keys = new ArrayList<>();
        for (int m = 0; m < members.size(); m++) {
            for (int w = 0; w < writers; w++) {
                for (int k = 0; k < KEYS; k++) {
                    keys.add(own(m, w, k));
                }
            }
        }
        for (int k = 0; k < SHARED; k++) {
            keys.add("s/" + k);
        }
        while (!ended.getAsBoolean()) {
            partitions.partition(id).ifPresent(p -> get(p, keys.get(random.nextInt(keys.size()))));
            pause(pauseMillis);
        }
        String mine = "kochab-chaos-" + id.value() + "-";
        for (Thread thread : all) {
            if (thread.getName().startsWith(mine + "writer") || thread.getName().startsWith(mine + "setter")) {
                join(thread);
            }
        }
        for (String key : keys) {
            while (partitions.partition(id).flatMap(p -> get(p, key)).isEmpty()) {
                if (!pause(RETRY_MILLIS)) {
                    return;
                }
            }
        }
        log.line("Z " + System.nanoTime());
    }

    /** A logged read; empty if there was no answer. */
    private Optional<Optional<Entry>> get(Partition partition, String key) {
        long called = System.nanoTime();
        try {
            Optional<Entry> found = partition.get(side("a/", key));
            log.line("G " + key + " " + called + " " + System.nanoTime() + " " + text(found));
            return Optional.of(found);
        } catch (NotLeaderException e) {
            return Optional.empty();
        }
    }

    private void ask(String value, Transaction transaction) {
        Optional<Partition> partition = partitions.partition(id);
        if (partition.isEmpty()) {
            log.line("R " + value + " " + System.nanoTime() + " Absent");
            pause(RETRY_MILLIS);
            return;
        }
        CommitResult answer;
        String kind;
        try {
            answer = partition.get().submit(transaction).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            kind = answer.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            answer = new CommitResult.Unknown("no answer");
            kind = e.getClass().getSimpleName();
        }
        long returned = System.nanoTime();
        if (answer instanceof CommitResult.Committed committed) {
            log.line("A " + value + " " + returned + " " + committed.revision());
            pause(pauseMillis);
        } else {
            log.line((answer instanceof CommitResult.Unknown ? "U " : "R ") + value + " " + returned + " " + kind);
            pause(answer instanceof CommitResult.Conflict ? pauseMillis : RETRY_MILLIS);
        }
    }

    private static Transaction transaction(
            List<Precondition> preconditions, String value, boolean delete, List<String> keys) {
        List<Operation> operations = new ArrayList<>();
        for (String key : keys) {
            for (String side : List.of("a/", "b/")) {
                String whole = side(side, key);
                operations.add(delete ? new Operation.Delete(whole) : new Operation.Put(whole, value.getBytes(UTF_8)));
            }
        }
        return new Transaction(preconditions, operations);
    }

    private static String own(int member, int writer, int key) {
        return member + "." + writer + "/" + key;
    }

    private static String side(String side, String key) {
        return ClusterLoad.PREFIX + side + key;
    }

    private static String text(Optional<Entry> entry) {
        return entry.map(e -> new String(e.value(), UTF_8)).orElse("-");
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2 * ANSWER_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False once interrupted. */
    static boolean pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
