package org.kochab.partition.internal.core.kernel;

import org.kochab.api.partition.Transaction;

/** What a partition takes, for those who send it elsewhere. */
public final class TransactionRules {
    private TransactionRules() {}

    /** @throws IllegalArgumentException as {@link org.kochab.api.partition.Partition#submit} */
    public static void check(Transaction transaction) {
        Pending.of(transaction, "", KernelLimits.DEFAULT);
    }
}
