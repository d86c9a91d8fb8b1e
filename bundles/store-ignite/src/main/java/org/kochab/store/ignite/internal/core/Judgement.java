package org.kochab.store.ignite.internal.core;

import java.util.Optional;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;

/** Whether a batch may be written. */
public final class Judgement {
    private Judgement() {}

    /**
     * Judges a batch against what the store has.
     *
     * @return the answer if the batch is not to be written, empty if it is
     */
    public static Optional<CommitOutcome> of(Optional<LeaseRecord> lease, Head head, CommitBatch batch) {
        long current = lease.map(LeaseRecord::epoch).orElse(0L);
        if (lease.isEmpty()) {
            return Optional.of(new CommitOutcome.Fenced(0));
        }
        if (current != batch.epoch()) {
            return Optional.of(
                    switch (head.written(batch)) {
                        case YES -> new CommitOutcome.Done();
                        case NO -> new CommitOutcome.Fenced(current);
                        case FORGOTTEN ->
                            new CommitOutcome.Unknown("epoch " + batch.epoch()
                                    + " is too long ago to say whether it wrote revision " + batch.revision());
                    });
        }
        if (head.revision() == batch.revision() && head.epoch() == batch.epoch()) {
            return Optional.of(new CommitOutcome.Done());
        }
        if (head.revision() != batch.previousRevision()) {
            return Optional.of(new CommitOutcome.WrongRevision(head.revision()));
        }
        return Optional.empty();
    }
}
