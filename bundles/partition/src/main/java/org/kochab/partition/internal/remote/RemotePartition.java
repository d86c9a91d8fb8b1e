package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.kernel.TransactionRules;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.wire.Entries;
import org.kochab.partition.internal.core.wire.Transactions;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;
import org.kochab.spi.cluster.MemberCallException;

/** A partition that another member leads, for as long as it does under one epoch: every call says the epoch it is meant for. */
public final class RemotePartition implements Partition {
    private static final Duration BUSY = Duration.ofMillis(50);
    private static final int LARGEST_PAGE = 10_000;

    private final PartitionSpec spec;
    private final String leader;
    private final long epoch;
    private final Peers peers;

    RemotePartition(PartitionSpec spec, String leader, long epoch, Peers peers) {
        this.spec = spec;
        this.leader = leader;
        this.epoch = epoch;
        this.peers = peers;
    }

    boolean isFor(String member, long itsEpoch) {
        return leader.equals(member) && epoch == itsEpoch;
    }

    /** The member that leads it. */
    public String leader() {
        return leader;
    }

    @Override
    public PartitionId id() {
        return spec.id();
    }

    @Override
    public PartitionKind kind() {
        return spec.kind();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    private WireOut ask(int operation) {
        return Calls.ask(operation, id(), epoch);
    }

    private CompletionStage<byte[]> send(WireOut request, Duration timeout) {
        return peers.request(leader, Calls.PARTITION, request.done(), timeout);
    }

    private WireIn await(WireOut request) throws GoneException {
        Duration limit = peers.limits().read();
        return Calls.await(id(), send(request, limit), limit);
    }

    /** A read that cannot be told {@code Gone}. */
    private WireIn read(WireOut request) {
        try {
            return await(request);
        } catch (GoneException e) {
            throw new NotLeaderException(id(), e.getMessage());
        }
    }

    @Override
    public long revision() {
        return read(ask(Calls.REVISION)).i64();
    }

    @Override
    public Optional<Entry> get(String key) {
        return Entries.readOptional(read(ask(Calls.GET).text(key)));
    }

    /** @throws FencedException as {@link OpenReads#get} */
    OpenReads.Found getOpen(String key) {
        WireIn answer = read(ask(Calls.GET_OPEN).text(key));
        if (answer.bool()) {
            throw new FencedException(String.valueOf(Fences.of(key, false)));
        }
        Home home = new Home(answer.i64(), answer.i64(), answer.i64());
        return new OpenReads.Found(Entries.readOptional(answer), home);
    }

    @Override
    public ListPage list(String prefix, int limit) {
        return Entries.readPage(
                read(ask(Calls.LIST).text(prefix).count(checked(limit)).bool(false)));
    }

    @Override
    public ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException {
        WireOut request = ask(Calls.LIST).text(prefix).count(checked(limit)).bool(true);
        return Entries.readPage(await(request.i64(cursor.revision()).text(cursor.afterKey())));
    }

    private static int checked(int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("limit is " + limit + ": use 1 to " + LARGEST_PAGE);
        }
        return limit;
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        TransactionRules.check(transaction);
        WireOut request = ask(Calls.SUBMIT);
        Transactions.write(request, transaction);
        return send(request, peers.limits().commit())
                .handle((bytes, failure) -> failure == null ? result(bytes) : result(failure));
    }

    private CommitResult result(byte[] bytes) {
        try {
            return Transactions.readResult(Calls.answer(id(), bytes), id());
        } catch (NotLeaderException e) {
            return new CommitResult.NotLeader(id());
        } catch (GoneException | IllegalArgumentException e) {
            return new CommitResult.Unknown("member " + leader + " answered: " + e.getMessage());
        }
    }

    private CommitResult result(Throwable failure) {
        if (Calls.unwrap(failure) instanceof MemberCallException call
                && !call.reason().maybeHandled()) {
            return call.reason() == MemberCallException.Reason.BUSY
                    ? new CommitResult.Busy(BUSY)
                    : new CommitResult.NotLeader(id());
        }
        return new CommitResult.Unknown(String.valueOf(Calls.unwrap(failure).getMessage()));
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
        return new RemoteWatch(this, prefix, afterRevision);
    }

    /** One round of a watch. */
    CompletionStage<byte[]> poll(String prefix, long after, Duration patience) {
        WireOut request = ask(Calls.WATCH).text(prefix).i64(after).i64(patience.toMillis());
        return peers.requestLong(
                leader,
                Calls.PARTITION,
                request.done(),
                patience.plus(peers.limits().read()));
    }

    Peers peers() {
        return peers;
    }

    @Override
    public String toString() {
        return id() + " under epoch " + epoch + " at " + leader;
    }
}
