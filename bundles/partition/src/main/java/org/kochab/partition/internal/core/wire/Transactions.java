package org.kochab.partition.internal.core.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;

/** Transactions and their results. */
public final class Transactions {
    private static final int PRESENT = 0;
    private static final int ABSENT = 1;
    private static final int AT_REVISION = 2;

    private static final int COMMITTED = 0;
    private static final int CONFLICT = 1;
    private static final int BUSY = 2;
    private static final int NOT_LEADER = 3;
    private static final int UNKNOWN = 4;
    private static final int REFUSED = 5;

    private Transactions() {}

    public static void write(WireOut out, Transaction transaction) {
        out.count(transaction.preconditions().size());
        for (Precondition p : transaction.preconditions()) {
            if (p instanceof Precondition.AtRevision at) {
                out.u8(AT_REVISION).text(p.key()).i64(at.revision());
            } else {
                out.u8(p instanceof Precondition.Present ? PRESENT : ABSENT).text(p.key());
            }
        }
        out.count(transaction.operations().size());
        for (Operation o : transaction.operations()) {
            if (o instanceof Operation.Put put) {
                out.bool(true).text(put.key()).blob(put.value());
            } else {
                out.bool(false).text(o.key());
            }
        }
    }

    public static Transaction read(WireIn in) {
        int conditions = in.items();
        List<Precondition> preconditions = new ArrayList<>(conditions);
        for (int i = 0; i < conditions; i++) {
            int kind = in.u8();
            String key = in.text();
            preconditions.add(
                    switch (kind) {
                        case PRESENT -> new Precondition.Present(key);
                        case ABSENT -> new Precondition.Absent(key);
                        case AT_REVISION -> new Precondition.AtRevision(key, in.i64());
                        default -> throw new WireException("precondition " + kind);
                    });
        }
        int count = in.items();
        List<Operation> operations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            operations.add(in.bool() ? new Operation.Put(in.text(), in.blob()) : new Operation.Delete(in.text()));
        }
        return new Transaction(preconditions, operations);
    }

    public static void write(WireOut out, CommitResult result) {
        if (result instanceof CommitResult.Committed c) {
            out.u8(COMMITTED).i64(c.revision());
        } else if (result instanceof CommitResult.Conflict c) {
            out.u8(CONFLICT).text(c.key());
            Entries.write(out, c.actual());
        } else if (result instanceof CommitResult.Busy b) {
            out.u8(BUSY).i64(b.retryAfter().toMillis());
        } else if (result instanceof CommitResult.Refused r) {
            out.u8(REFUSED).text(r.message());
        } else if (result instanceof CommitResult.NotLeader) {
            out.u8(NOT_LEADER);
        } else {
            out.u8(UNKNOWN).text(((CommitResult.Unknown) result).reason());
        }
    }

    public static CommitResult readResult(WireIn in, PartitionId partition) {
        int kind = in.u8();
        switch (kind) {
            case COMMITTED:
                return new CommitResult.Committed(in.i64());
            case CONFLICT:
                String key = in.text();
                Optional<Entry> actual = Entries.readOptional(in);
                return new CommitResult.Conflict(key, actual);
            case BUSY:
                return new CommitResult.Busy(Duration.ofMillis(in.i64()));
            case REFUSED:
                return new CommitResult.Refused(in.text());
            case NOT_LEADER:
                return new CommitResult.NotLeader(partition);
            case UNKNOWN:
                return new CommitResult.Unknown(in.text());
            default:
                throw new WireException("result " + kind);
        }
    }
}
