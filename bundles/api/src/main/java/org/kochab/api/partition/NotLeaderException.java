package org.kochab.api.partition;

/** The partition is not led (any more) by the member this handle is for, or that member cannot be reached. The remedy: ask the {@link PartitionService} again. */
public final class NotLeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotLeaderException(PartitionId partition) {
        super("partition " + partition + " is not led by this member now; ask again shortly");
    }

    /** @param why half a sentence, for example {@code member b did not answer} */
    public NotLeaderException(PartitionId partition, String why) {
        super("partition " + partition + " cannot be reached: " + why + "; ask again shortly");
    }
}
