package org.kochab.spi.store;

/** What became of a batch. */
public sealed interface CommitOutcome {
    /** Durable: it survives the loss of power of every member. Also the answer when this very batch (same epoch, same revision) is committed again. */
    record Done() implements CommitOutcome {}

    /** The lease has another epoch (0: there is no lease); this batch was not written, by no earlier attempt either, and nothing of its epoch ever will be. */
    record Fenced(long currentEpoch) implements CommitOutcome {}

    /** The store is not at {@code previousRevision}; nothing was written. */
    record WrongRevision(long currentRevision) implements CommitOutcome {}

    /** Refused before anything was written, for example without quorum or with a full disk. */
    record Refused(String reason) implements CommitOutcome {}

    /** It may or may not have been written, for example after a time-out. The same batch may be committed again to find out. */
    record Unknown(String reason) implements CommitOutcome {}
}
