package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.RunningCommand;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.partition.internal.core.wire.WireIn;

/**
 * A command on a node whose manager runs on another member. Its output is asked for piece by piece; asking for the next one says that
 * the last was taken, so a slow sink holds up the output and nothing else.
 */
final class RemoteCommand implements RunningCommand {
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final RemotePartition partition;
    private final CommandSink sink;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private long number;
    private boolean begun;
    private boolean cancelled;
    private long inputs;
    private CompletableFuture<Void> room = new CompletableFuture<>();
    /** Input that was given before it was known which command it is for. */
    private @Nullable Runnable early;

    RemoteCommand(RemotePartition partition, CommandSink sink) {
        this.partition = partition;
        this.sink = sink;
        exit.whenComplete((code, failure) -> noMoreInput());
    }

    void begin(long itsNumber) {
        boolean end;
        Runnable first;
        synchronized (this) {
            number = itsNumber;
            begun = true;
            end = cancelled;
            first = early;
            early = null;
        }
        if (first != null) {
            first.run();
        }
        if (end) {
            sendCancel();
        }
        ask(0);
    }

    void fail(String why) {
        exit.completeExceptionally(new IllegalStateException(why));
    }

    private void ask(long taken) {
        byte[] request = Calls.ask(ManagerWire.OUTPUT, partition.id(), partition.epoch())
                .i64(number)
                .i64(taken)
                .i64(PATIENCE.toMillis())
                .done();
        waitFor(request).whenComplete((bytes, failure) -> {
            if (failure != null) {
                fail("the command's output is lost: "
                        + Calls.unreachable(partition.id(), failure).getMessage());
                return;
            }
            try {
                // Not on the thread that answers arrive on: the sink may take its time.
                partition.peers().executor().execute(() -> take(taken, bytes));
            } catch (RejectedExecutionException stopping) {
                fail("this member stops");
            }
        });
    }

    /** Asks what the leader answers when there is something, after the patience at the latest. */
    private CompletionStage<byte[]> waitFor(byte[] request) {
        return partition
                .peers()
                .requestLong(
                        partition.leader(),
                        ManagerWire.SERVICE,
                        request,
                        PATIENCE.plus(partition.peers().limits().read()));
    }

    private void take(long taken, byte[] bytes) {
        try {
            WireIn in = Calls.answer(partition.id(), bytes);
            int chunks = in.count();
            for (int i = 0; i < chunks; i++) {
                sink.output(in.bool(), in.blob());
            }
            if (!in.bool()) {
                ask(taken + chunks);
            } else if (in.bool()) {
                exit.complete((int) in.i64());
            } else {
                fail(in.text());
            }
        } catch (NotLeaderException | GoneException | IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            cancel();
            fail("The receiver of the output failed: " + e.getMessage());
        }
    }

    @Override
    public CompletionStage<Void> input(byte[] part, boolean last) {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        Runnable give;
        synchronized (this) {
            long which = ++inputs;
            room = asked;
            give = () -> give(which, part, last, asked);
            if (!begun) {
                early = give;
                give = () -> {};
            }
        }
        if (exit.isDone()) {
            noMoreInput();
        }
        give.run();
        return asked.minimalCompletionStage();
    }

    private void noMoreInput() {
        CompletableFuture<Void> asked;
        synchronized (this) {
            asked = room;
        }
        asked.completeExceptionally(new IllegalStateException("The command has ended."));
    }

    private void give(long which, byte[] part, boolean last, CompletableFuture<Void> room) {
        if (room.isDone()) {
            return;
        }
        byte[] request = Calls.ask(ManagerWire.INPUT, partition.id(), partition.epoch())
                .i64(number)
                .i64(which)
                .blob(part)
                .bool(last)
                .i64(PATIENCE.toMillis())
                .done();
        waitFor(request).whenComplete((bytes, failure) -> {
            try {
                if (failure != null) {
                    throw Calls.unreachable(partition.id(), failure);
                }
                if (Calls.answer(partition.id(), bytes).bool()) {
                    room.complete(null);
                } else {
                    give(which, part, last, room);
                }
            } catch (NotLeaderException | GoneException | IllegalArgumentException e) {
                room.completeExceptionally(
                        new IllegalStateException("the command's input is lost: " + e.getMessage(), e));
            }
        });
    }

    @Override
    public CompletionStage<Integer> exit() {
        return exit.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
            if (!begun) {
                return;
            }
        }
        sendCancel();
    }

    private void sendCancel() {
        byte[] request = Calls.ask(ManagerWire.CANCEL, partition.id(), partition.epoch())
                .i64(number)
                .done();
        // Without an answer the leader ends it too, once nobody asks for its output.
        partition
                .peers()
                .request(
                        partition.leader(),
                        ManagerWire.SERVICE,
                        request,
                        partition.peers().limits().read());
    }
}
