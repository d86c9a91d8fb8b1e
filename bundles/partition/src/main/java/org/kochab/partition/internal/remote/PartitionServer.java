package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.wire.Entries;
import org.kochab.partition.internal.core.wire.Transactions;
import org.kochab.partition.internal.core.wire.WireException;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;

/**
 * Answers other members for the partitions that this one leads. Each call says under which epoch it is meant; under another it is
 * {@code NotLeader}, whatever it asks. Transactions are submitted on the thread they arrive on, which keeps their order; reads go to
 * the executor.
 */
public final class PartitionServer {
    private static final Duration LONGEST_POLL = Duration.ofSeconds(60);

    private final Peers peers;
    private final Function<PartitionId, Optional<LedPartition>> led;
    private final BiFunction<PartitionId, String, Boolean> handOver;

    private PartitionServer(
            Peers peers,
            Function<PartitionId, Optional<LedPartition>> led,
            BiFunction<PartitionId, String, Boolean> handOver) {
        this.peers = peers;
        this.led = led;
        this.handOver = handOver;
    }

    /**
     * Serves from now on.
     *
     * @param led the partitions of this member; must answer at once
     * @param handOver gives a partition to the named member; says whether it was this member's to give
     */
    public static void start(
            Peers peers,
            Function<PartitionId, Optional<LedPartition>> led,
            BiFunction<PartitionId, String, Boolean> handOver) {
        peers.serve(Calls.PARTITION, new PartitionServer(peers, led, handOver)::handle);
    }

    /** Asks the leader for its partition; completes when it has begun to give it away. */
    public static CompletionStage<Void> askHandOver(Peers peers, String leader, PartitionId id, String to) {
        byte[] request = Calls.ask(Calls.HAND_OVER, id, 0).text(to).done();
        return peers.request(leader, Calls.PARTITION, request, peers.limits().read())
                .handle((answer, failure) -> {
                    try {
                        if (failure != null) {
                            throw Calls.unreachable(id, failure);
                        }
                        Calls.answer(id, answer);
                        return null;
                    } catch (NotLeaderException | GoneException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                });
    }

    private CompletionStage<byte[]> handle(String from, byte[] request) {
        try {
            WireIn in = new WireIn(request);
            int operation = in.u8();
            PartitionId id = new PartitionId(in.text());
            long epoch = in.i64();
            if (operation == Calls.HAND_OVER) {
                return done(handOver(id, in.text()));
            }
            LedPartition partition =
                    led.apply(id).filter(p -> p.epoch() == epoch).orElseThrow(() -> new NotLeaderException(id));
            return operation == Calls.SUBMIT ? submit(partition, in) : later(partition, operation, in);
        } catch (NotLeaderException | IllegalArgumentException e) {
            return done(Calls.failure(e));
        }
    }

    private byte[] handOver(PartitionId id, String member) {
        if (!handOver.apply(id, member)) {
            throw new NotLeaderException(id);
        }
        return Calls.ok().done();
    }

    private static CompletionStage<byte[]> done(byte[] answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static CompletionStage<byte[]> submit(LedPartition partition, WireIn in) {
        Transaction transaction = Transactions.read(in);
        in.end();
        return partition.submit(transaction).thenApply(PartitionServer::encoded);
    }

    private static byte[] encoded(CommitResult result) {
        WireOut out = Calls.ok();
        Transactions.write(out, result);
        return out.done();
    }

    private CompletionStage<byte[]> later(LedPartition partition, int operation, WireIn in) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        try {
            peers.executor().execute(() -> {
                try {
                    if (operation == Calls.WATCH) {
                        watch(partition, in, answer);
                    } else {
                        answer.complete(read(partition, operation, in));
                    }
                } catch (NotLeaderException | GoneException | IllegalArgumentException e) {
                    answer.complete(Calls.failure(e));
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException stopping) {
            answer.complete(Calls.failure(new NotLeaderException(partition.id())));
        }
        return answer;
    }

    private static byte[] read(LedPartition partition, int operation, WireIn in) throws GoneException {
        WireOut out = Calls.ok();
        switch (operation) {
            case Calls.GET -> Entries.write(out, partition.get(in.text()));
            case Calls.GET_OPEN -> getOpen(partition, in.text(), out);
            case Calls.REVISION -> out.i64(partition.revision());
            case Calls.LIST -> {
                String prefix = in.text();
                int limit = in.count();
                ListPage page = in.bool()
                        ? partition.list(prefix, limit, new ListCursor(in.i64(), in.text()))
                        : partition.list(prefix, limit);
                Entries.write(out, page);
            }
            default -> throw new WireException("operation " + operation);
        }
        in.end();
        return out.done();
    }

    private static void getOpen(LedPartition partition, String key, WireOut out) {
        try {
            OpenReads.Found found = OpenReads.found(partition, key);
            Home home = found.home();
            out.bool(false).i64(home.era()).i64(home.since()).i64(home.left());
            Entries.write(out, found.entry());
        } catch (FencedException e) {
            out.bool(true);
        }
    }

    private void watch(LedPartition partition, WireIn in, CompletableFuture<byte[]> answer) throws GoneException {
        String prefix = in.text();
        long after = in.i64();
        long millis = Math.max(0, Math.min(in.i64(), LONGEST_POLL.toMillis()));
        in.end();
        LongPoll.begin(partition, prefix, after, millis, peers.executor(), answer);
    }
}
