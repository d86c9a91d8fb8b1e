package org.kochab.api.partition;

/** This member does not lead the partition (any more). The remedy: ask the {@link PartitionService} again. */
public final class NotLeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotLeaderException(PartitionId partition) {
        super("partition " + partition + " is not led by this member now; ask again shortly");
    }
}
