package org.kochab.spi.store;

import java.util.List;

/**
 * A group of transactions to be made durable as one.
 *
 * @param epoch the leader's epoch; the commit is refused unless the partition's lease has exactly this epoch
 * @param previousRevision the revision the store must have before
 * @param revision the revision it has afterwards; greater than {@code previousRevision}
 * @param puts no key twice, and none that is also deleted
 * @param deletes keys to remove; removing one that does not exist is no error
 */
public record CommitBatch(
        String partition, long epoch, long previousRevision, long revision, List<StorePut> puts, List<byte[]> deletes) {
    public CommitBatch {
        puts = List.copyOf(puts);
        deletes = List.copyOf(deletes);
        if (revision <= previousRevision) {
            throw new IllegalArgumentException(
                    "revision " + revision + " does not follow previousRevision " + previousRevision);
        }
    }
}
