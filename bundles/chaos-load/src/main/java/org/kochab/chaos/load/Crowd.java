package org.kochab.chaos.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Watch;

/**
 * Many watchers of one partition, on one thread. Some are so slow that the partition forgets what they have not seen: they must be told, and begin anew. Each
 * logs now and then {@code K FROM LAST TRANSACTIONS SUM}: after revision FROM up to LAST it saw so many, in order, and the sum of their contents (TRANSACTIONS is
 * -1 if the order was wrong); and {@code Q FROM} if it was told that it is too late.
 */
final class Crowd {
    private static final int SLOW_EVERY = 20;
    private static final int ROUND_MILLIS = 50;
    /** Rounds between two looks of a slow one. */
    private static final int SLOW_ROUNDS = 600;

    private final PartitionService partitions;
    private final PartitionId id;
    private final ChaosLog log;
    private final long sayNanos;
    private final BooleanSupplier closed;
    private final List<One> all = new ArrayList<>();

    /** @param say how often each says what it has seen */
    Crowd(
            PartitionService partitions,
            PartitionId id,
            ChaosLog log,
            int watchers,
            Duration say,
            Random random,
            BooleanSupplier closed) {
        this.partitions = partitions;
        this.id = id;
        this.log = log;
        this.sayNanos = say.toNanos();
        this.closed = closed;
        for (int i = 0; i < watchers; i++) {
            all.add(new One(i % SLOW_EVERY == SLOW_EVERY - 1 ? SLOW_ROUNDS : 1, random.nextInt(SLOW_ROUNDS)));
        }
    }

    void watch() {
        for (int round = 0; !closed.getAsBoolean() && Clients.pause(ROUND_MILLIS); round++) {
            Optional<Partition> partition = partitions.partition(id);
            if (partition.isPresent()) {
                for (One one : all) {
                    one.look(partition.get(), round);
                }
            }
        }
        all.forEach(One::end);
    }

    private final class One {
        private final int every;
        private final int shift;
        private @Nullable Watch watch;
        /** Where it begins; -1: anew. */
        private long from = -1;

        private long last;
        private long transactions;
        private long sum;
        private long saidAt;

        One(int every, int shift) {
            this.every = every;
            this.shift = shift;
        }

        void look(Partition partition, int round) {
            if ((round + shift) % every != 0 && watch != null) {
                return;
            }
            try {
                Watch open = watch;
                if (open == null) {
                    begin(from < 0 ? partition.revision() : last);
                    watch = partition.watch(ClusterLoad.PREFIX, last);
                } else {
                    Content.each(open.poll(), this::note);
                    if (System.nanoTime() - saidAt > sayNanos) {
                        say();
                        begin(last);
                    }
                }
            } catch (GoneException e) {
                end();
                log.line("Q " + last);
                from = -1;
            } catch (NotLeaderException e) {
                // The next leader goes on after the same revision.
                end();
            }
        }

        private void begin(long revision) {
            from = revision;
            last = revision;
            transactions = 0;
            sum = 0;
            saidAt = System.nanoTime();
        }

        private void note(long revision, long content) {
            transactions = revision <= last || transactions < 0 ? -1 : transactions + 1;
            last = Math.max(last, revision);
            sum += content;
        }

        private void say() {
            if (transactions != 0) {
                log.line("K " + from + " " + last + " " + transactions + " " + Long.toHexString(sum));
            }
        }

        void end() {
            if (watch != null) {
                watch.close();
                watch = null;
                say();
                begin(last);
            }
        }
    }
}
