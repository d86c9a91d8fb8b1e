package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.partition.internal.core.wire.WireException;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;
import org.kochab.spi.cluster.MemberCallException;

/** The words of calls about one partition: which operation, under which epoch, and how it went. */
final class Calls {
    /** The service that answers for partitions. */
    static final String PARTITION = "kochab.partition";

    static final int SUBMIT = 1;
    static final int GET = 2;
    static final int LIST = 3;
    static final int WATCH = 4;
    static final int REVISION = 5;
    static final int HAND_OVER = 6;
    static final int GET_OPEN = 7;

    private static final int OK = 0;
    private static final int NOT_LEADER = 1;
    private static final int GONE = 2;
    private static final int INVALID = 3;

    /** Whoever waits for an answer leaves it to the call to end first. */
    static final Duration MARGIN = Duration.ofSeconds(2);

    private Calls() {}

    static WireOut ask(int operation, PartitionId partition, long epoch) {
        return new WireOut().u8(operation).text(partition.value()).i64(epoch);
    }

    static WireOut ok() {
        return new WireOut().u8(OK);
    }

    /** What an operation threw, for the one who asked. */
    static byte[] failure(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof NotLeaderException) {
            return new WireOut().u8(NOT_LEADER).done();
        }
        if (cause instanceof GoneException gone) {
            return new WireOut()
                    .u8(GONE)
                    .text(String.valueOf(gone.getMessage()))
                    .i64(gone.oldestRevision())
                    .done();
        }
        return new WireOut()
                .u8(INVALID)
                .text(String.valueOf(cause.getMessage()))
                .done();
    }

    /**
     * An answer, after its status was read.
     *
     * @throws NotLeaderException if the member does not lead the partition under that epoch
     * @throws IllegalArgumentException if it says that the question was wrong
     */
    static WireIn answer(PartitionId partition, byte[] bytes) throws GoneException {
        WireIn in = new WireIn(bytes);
        int status = in.u8();
        switch (status) {
            case OK:
                return in;
            case NOT_LEADER:
                throw new NotLeaderException(partition, "its leader has changed");
            case GONE:
                throw new GoneException(in.text(), in.i64());
            case INVALID:
                throw new IllegalArgumentException(in.text());
            default:
                throw new WireException("status " + status);
        }
    }

    static Throwable unwrap(Throwable thrown) {
        return (thrown instanceof CompletionException || thrown instanceof ExecutionException)
                        && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
    }

    /**
     * Waits for a read's answer. A member that does not answer is as good as one that does not lead.
     *
     * @param limit that of the call
     */
    static WireIn await(PartitionId partition, CompletionStage<byte[]> answer, Duration limit) throws GoneException {
        try {
            return answer(
                    partition,
                    answer.toCompletableFuture().get(limit.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotLeaderException(partition, "interrupted while waiting for its leader");
        } catch (TimeoutException e) {
            throw new NotLeaderException(partition, "its leader did not answer");
        } catch (ExecutionException e) {
            throw unreachable(partition, e);
        } catch (WireException e) {
            throw new NotLeaderException(partition, e.getMessage());
        }
    }

    static NotLeaderException unreachable(PartitionId partition, Throwable failure) {
        Throwable cause = unwrap(failure);
        return new NotLeaderException(
                partition,
                cause instanceof MemberCallException call ? call.getMessage() : "its leader failed: " + cause);
    }
}
