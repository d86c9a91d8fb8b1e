package org.kochab.partition.internal.remote;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.wire.Entries;
import org.kochab.partition.internal.core.wire.WireOut;

/**
 * The leader's side of one round of a remote watch: waits for the first events after a revision, or until the asker's patience is over,
 * and answers with them and the revision up to which they are complete. Keeps nothing afterwards.
 */
final class LongPoll {
    private final Partition partition;
    private final Watch watch;
    private final ScheduledExecutorService executor;
    private final CompletableFuture<byte[]> answer;
    private final long after;
    private @Nullable ScheduledFuture<?> alarm;

    private LongPoll(
            Partition partition,
            Watch watch,
            long after,
            ScheduledExecutorService executor,
            CompletableFuture<byte[]> answer) {
        this.partition = partition;
        this.watch = watch;
        this.after = after;
        this.executor = executor;
        this.answer = answer;
    }

    static void begin(
            Partition partition,
            String prefix,
            long after,
            long millis,
            ScheduledExecutorService executor,
            CompletableFuture<byte[]> answer)
            throws GoneException {
        LongPoll poll = new LongPoll(partition, partition.watch(prefix, after), after, executor, answer);
        try {
            synchronized (poll) {
                poll.alarm = executor.schedule(() -> poll.take(true), millis, TimeUnit.MILLISECONDS);
            }
            // Signals come on the partition's thread, which has better things to do than to encode.
            poll.watch.onAvailable(poll::signalled);
        } catch (RejectedExecutionException stopping) {
            poll.watch.close();
            answer.complete(Calls.failure(new NotLeaderException(partition.id())));
        }
    }

    private void signalled() {
        try {
            executor.execute(() -> take(false));
        } catch (RejectedExecutionException stopping) {
            answer.complete(Calls.failure(new NotLeaderException(partition.id())));
        }
    }

    private synchronized void take(boolean last) {
        if (answer.isDone()) {
            return;
        }
        try {
            // Before the events: what is committed after this look is the next round's.
            long upTo = partition.revision();
            List<WatchEvent> events = watch.poll();
            if (events.isEmpty() && !last) {
                return;
            }
            WireOut out = Calls.ok();
            int head = out.length();
            out.i64(0);
            if (!events.isEmpty()) {
                upTo = Entries.write(out, events);
                if (upTo < 0) {
                    throw new GoneException(
                            "partition " + partition.id() + ": one transaction after revision " + after
                                    + " has more events than an answer holds: list again and watch from the list's revision",
                            after);
                }
            }
            finish(out.set(head, upTo).done());
        } catch (GoneException | NotLeaderException e) {
            finish(Calls.failure(e));
        } catch (RuntimeException e) {
            finish(null);
            answer.completeExceptionally(e);
        }
    }

    private void finish(byte @Nullable [] bytes) {
        watch.close();
        if (alarm != null) {
            alarm.cancel(false);
        }
        if (bytes != null) {
            answer.complete(bytes);
        }
    }
}
