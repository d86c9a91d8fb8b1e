package org.kochab.partition.internal.core.kernel;

import java.time.Duration;

/**
 * Everything that is bounded in a partition.
 *
 * @param batchTransactions most transactions of one commit to the store
 * @param batchBytes most bytes of one commit, and of one transaction
 * @param queueTransactions most transactions waiting, half of them one owner's; more are answered with Busy
 * @param queueBytes most bytes waiting, half of them one owner's; more are answered with Busy
 * @param keyLength most characters of a key
 * @param valueBytes most bytes of a value
 * @param historyEvents events kept for watchers and for lists at an older revision; a batch more for a moment
 * @param historyBytes most bytes of keys and values of those events
 * @param bookmarkInterval how often idle watchers get a bookmark
 * @param leaseTtl how long a leader may be silent before another member may take over
 * @param commitAttempts how often one batch is given to a store that answers Unknown
 * @param commitRetry pause between those attempts
 */
public record KernelLimits(
        int batchTransactions,
        long batchBytes,
        int queueTransactions,
        long queueBytes,
        int keyLength,
        int valueBytes,
        int historyEvents,
        long historyBytes,
        Duration bookmarkInterval,
        Duration leaseTtl,
        int commitAttempts,
        Duration commitRetry) {
    public static final KernelLimits DEFAULT = new KernelLimits(
            2_000,
            8L << 20,
            32_768,
            32L << 20,
            1_024,
            1_500_000,
            100_000,
            32L << 20,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            4,
            Duration.ofMillis(250));

    public KernelLimits {
        positive(batchTransactions, "batchTransactions");
        positive(batchBytes, "batchBytes");
        positive(queueTransactions, "queueTransactions");
        positive(queueBytes, "queueBytes");
        positive(keyLength, "keyLength");
        positive(valueBytes, "valueBytes");
        positive(historyEvents, "historyEvents");
        positive(historyBytes, "historyBytes");
        positive(bookmarkInterval.toNanos(), "bookmarkInterval");
        positive(leaseTtl.toMillis(), "leaseTtl");
        positive(commitAttempts, "commitAttempts");
        positive(commitRetry.toNanos(), "commitRetry");
        if (valueBytes + 2L * keyLength > batchBytes) {
            throw new IllegalArgumentException("batchBytes " + batchBytes + " cannot hold one value: use at least "
                    + (valueBytes + 2L * keyLength));
        }
    }

    public KernelLimits withHistory(int events, long bytes) {
        return new KernelLimits(
                batchTransactions,
                batchBytes,
                queueTransactions,
                queueBytes,
                keyLength,
                valueBytes,
                events,
                bytes,
                bookmarkInterval,
                leaseTtl,
                commitAttempts,
                commitRetry);
    }

    public KernelLimits withQueue(int transactions, long bytes) {
        return new KernelLimits(
                batchTransactions,
                batchBytes,
                transactions,
                bytes,
                keyLength,
                valueBytes,
                historyEvents,
                historyBytes,
                bookmarkInterval,
                leaseTtl,
                commitAttempts,
                commitRetry);
    }

    public KernelLimits withLease(Duration ttl, Duration retry) {
        return new KernelLimits(
                batchTransactions,
                batchBytes,
                queueTransactions,
                queueBytes,
                keyLength,
                valueBytes,
                historyEvents,
                historyBytes,
                bookmarkInterval,
                ttl,
                commitAttempts,
                retry);
    }

    public KernelLimits withBookmarks(Duration interval) {
        return new KernelLimits(
                batchTransactions,
                batchBytes,
                queueTransactions,
                queueBytes,
                keyLength,
                valueBytes,
                historyEvents,
                historyBytes,
                interval,
                leaseTtl,
                commitAttempts,
                commitRetry);
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ": use a number greater than 0");
        }
    }
}
