package org.kochab.partition.internal.remote;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.RunningCommand;
import org.kochab.partition.internal.core.wire.WireOut;

/** A command that runs here for another member: keeps the output it has not taken yet, within bounds, and notices when it is not asked any more. */
final class ServedCommand implements CommandSink {
    private static final long MOST_BYTES = 4 << 20;
    private static final int ANSWER_BYTES = 1 << 20;
    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Chunk(boolean error, byte[] bytes) {}

    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private long firstChunk;
    private long bytes;
    private @Nullable RunningCommand running;
    private @Nullable Integer exit;
    private @Nullable String failure;
    private @Nullable CompletableFuture<byte[]> asker;
    private long askedAt = System.nanoTime();
    private long inputs;
    private CompletionStage<Void> room = CompletableFuture.completedFuture(null);

    void runs(RunningCommand command) {
        synchronized (this) {
            running = command;
        }
        command.exit().whenComplete((code, failed) -> {
            synchronized (this) {
                if (failure == null) {
                    exit = failed == null ? code : null;
                    failure = failed == null
                            ? null
                            : String.valueOf(Calls.unwrap(failed).getMessage());
                }
            }
            tell(false);
        });
    }

    @Override
    public void output(boolean error, byte[] output) {
        boolean full;
        synchronized (this) {
            full = bytes + output.length > MOST_BYTES;
            if (full) {
                failure = "The output came faster than it was taken: ask for less of it.";
            } else if (failure == null) {
                chunks.add(new Chunk(error, output));
                bytes += output.length;
            }
        }
        if (full) {
            cancel();
        }
        tell(false);
    }

    /** The output after the first {@code taken} chunks, or the end, as soon as there is something. */
    CompletableFuture<byte[]> ask(long taken, long millis, ScheduledExecutorService executor) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        synchronized (this) {
            askedAt = System.nanoTime();
            while (firstChunk < taken && !chunks.isEmpty()) {
                bytes -= chunks.remove().bytes.length;
                firstChunk++;
            }
            asker = answer;
        }
        executor.schedule(() -> tell(true), patience(millis), TimeUnit.MILLISECONDS);
        tell(false);
        return answer;
    }

    /**
     * Gives a part of the input, unless it is the one that was given last.
     *
     * @param number of the part, from 1
     * @return whether there is room for the next, as soon as there is
     */
    CompletableFuture<byte[]> input(
            long number, byte[] part, boolean last, long millis, ScheduledExecutorService executor) {
        CompletionStage<Void> given;
        synchronized (this) {
            if (running == null || number < inputs || number > inputs + 1) {
                throw new IllegalStateException("The command's input is out of order.");
            }
            if (number == inputs + 1) {
                inputs = number;
                room = running.input(part, last);
            }
            given = room;
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        Future<?> later = executor.schedule(
                () -> answer.complete(Calls.ok().bool(false).done()), patience(millis), TimeUnit.MILLISECONDS);
        given.whenComplete((done, failure) -> {
            later.cancel(false);
            answer.complete(failure == null ? Calls.ok().bool(true).done() : Calls.failure(failure));
        });
        return answer;
    }

    private static long patience(long millis) {
        return Math.max(0, Math.min(millis, 60_000));
    }

    private void tell(boolean anyway) {
        CompletableFuture<byte[]> to;
        byte[] answer;
        synchronized (this) {
            to = asker;
            boolean ended = exit != null || failure != null;
            if (to == null || chunks.isEmpty() && !ended && !anyway) {
                return;
            }
            asker = null;
            answer = answer(ended);
        }
        to.complete(answer);
    }

    private byte[] answer(boolean ended) {
        int count = 0;
        long size = 0;
        for (Chunk c : chunks) {
            if (count > 0 && size + c.bytes.length > ANSWER_BYTES) {
                break;
            }
            count++;
            size += c.bytes.length;
        }
        WireOut out = Calls.ok().count(count);
        int left = count;
        for (Chunk c : chunks) {
            if (left-- == 0) {
                break;
            }
            out.bool(c.error).blob(c.bytes);
        }
        boolean last = ended && count == chunks.size();
        out.bool(last);
        if (last) {
            String why = failure;
            Integer code = exit;
            if (why != null || code == null) {
                out.bool(false).text(String.valueOf(why));
            } else {
                out.bool(true).i64(code);
            }
        }
        return out.done();
    }

    void cancel() {
        RunningCommand now;
        synchronized (this) {
            now = running;
        }
        if (now != null) {
            now.cancel();
        }
    }

    /** Whether nobody has asked for so long that nobody will. */
    synchronized boolean isForgotten() {
        return asker == null && System.nanoTime() - askedAt > FORGOTTEN_NANOS;
    }
}
