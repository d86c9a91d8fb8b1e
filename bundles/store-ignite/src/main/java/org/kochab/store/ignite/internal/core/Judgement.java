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
    public static Optional<CommitOutcome> of(Optional<LeaseRecord> lease, Journal journal, CommitBatch batch) {
        long current = lease.map(LeaseRecord::epoch).orElse(0L);
        if (lease.isEmpty()) {
            return Optional.of(new CommitOutcome.Fenced(0));
        }
        if (current != batch.epoch()) {
            return Optional.of(
                    switch (journal.written(batch)) {
                        case YES -> new CommitOutcome.Done();
                        case NO -> new CommitOutcome.Fenced(current);
                        case FORGOTTEN ->
                            new CommitOutcome.Unknown("epoch " + batch.epoch()
                                    + " is too long ago to say whether it wrote revision " + batch.revision());
                    });
        }
        if (journal.revision() == batch.revision() && journal.epoch() == batch.epoch()) {
            return Optional.of(new CommitOutcome.Done());
        }
        if (journal.revision() != batch.previousRevision()) {
            return Optional.of(new CommitOutcome.WrongRevision(journal.revision()));
        }
        return Optional.empty();
    }
}
