package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.wire.Entries;
import org.kochab.partition.internal.core.wire.WireException;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;

/**
 * A watch of a partition that another member leads. One question after the other: "what came after this revision?"; the next is asked
 * only when the answer before was taken, so a slow reader holds one answer here and a position there, no more. A question that
 * found no answer is asked again with the same revision, which leaves nothing out and repeats nothing.
 */
final class RemoteWatch implements Watch {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long PAUSE_MILLIS = 100;
    private static final int MOST_SILENCES = 3;

    private final RemotePartition partition;
    private final String prefix;
    private List<WatchEvent> arrived = List.of();
    private @Nullable Exception end;
    private long after;
    private int silences;
    private boolean asking;
    private boolean closed;
    private @Nullable Runnable signal;

    RemoteWatch(RemotePartition partition, String prefix, long after) {
        this.partition = partition;
        this.prefix = prefix;
        this.after = after;
        ask();
    }

    private void ask() {
        long from;
        synchronized (this) {
            if (asking || closed || end != null || !arrived.isEmpty()) {
                return;
            }
            asking = true;
            from = after;
        }
        partition.poll(prefix, from, PATIENCE).whenComplete((bytes, failure) -> {
            if (failure == null) {
                took(bytes);
            } else {
                failed(Calls.unwrap(failure));
            }
        });
    }

    private void took(byte[] bytes) {
        try {
            WireIn in = Calls.answer(partition.id(), bytes);
            long upTo = in.i64();
            List<WatchEvent> events = Entries.readEvents(in);
            synchronized (this) {
                asking = false;
                silences = 0;
                if (upTo < after) {
                    throw new WireException("a watch went back from revision " + after + " to " + upTo);
                }
                boolean moved = upTo > after;
                after = upTo;
                if (!events.isEmpty()) {
                    arrived = events;
                } else if (moved) {
                    arrived = List.of(new WatchEvent.Bookmark(upTo));
                }
            }
        } catch (GoneException | NotLeaderException e) {
            end(e);
        } catch (IllegalArgumentException e) {
            end(new NotLeaderException(partition.id(), String.valueOf(e.getMessage())));
        }
        tell();
        ask();
    }

    private void failed(Throwable failure) {
        Reason reason = failure instanceof MemberCallException call ? call.reason() : Reason.FAILED;
        boolean again;
        synchronized (this) {
            silences += reason == Reason.TIMED_OUT ? 1 : 0;
            again = reason == Reason.BUSY || reason == Reason.TIMED_OUT && silences < MOST_SILENCES;
        }
        if (again) {
            try {
                partition.peers().executor().schedule(this::askAgain, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (RejectedExecutionException stopping) {
                // Ended as if the leader were gone: nobody is left to ask.
            }
        }
        end(Calls.unreachable(partition.id(), failure));
        tell();
    }

    private void askAgain() {
        synchronized (this) {
            asking = false;
        }
        ask();
    }

    private synchronized void end(Exception why) {
        asking = false;
        if (end == null) {
            end = why;
        }
    }

    /** Wakes whoever waits, if there is something. */
    private void tell() {
        Runnable run;
        synchronized (this) {
            if (arrived.isEmpty() && end == null && !closed) {
                return;
            }
            notifyAll();
            run = signal;
        }
        if (run != null) {
            try {
                run.run();
            } catch (RuntimeException e) {
                close();
            }
        }
    }

    @Override
    public List<WatchEvent> poll() throws GoneException {
        List<WatchEvent> taken;
        synchronized (this) {
            if (closed) {
                return List.of();
            }
            taken = arrived;
            arrived = List.of();
            if (taken.isEmpty() && end != null) {
                closed = true;
                if (end instanceof GoneException gone) {
                    throw gone;
                }
                throw (NotLeaderException) end;
            }
        }
        if (!taken.isEmpty()) {
            ask();
        }
        return taken;
    }

    @Override
    public List<WatchEvent> poll(Duration timeout) throws GoneException, InterruptedException {
        long until = System.nanoTime()
                + Math.max(
                        1,
                        timeout.compareTo(Duration.ofDays(365)) > 0 ? TimeUnit.DAYS.toNanos(365) : timeout.toNanos());
        synchronized (this) {
            while (arrived.isEmpty() && end == null && !closed) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        return poll();
    }

    @Override
    public void onAvailable(Runnable run) {
        synchronized (this) {
            signal = run;
            if (arrived.isEmpty() && end == null && !closed) {
                return;
            }
        }
        run.run();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            arrived = new ArrayList<>();
        }
        tell();
    }
}
