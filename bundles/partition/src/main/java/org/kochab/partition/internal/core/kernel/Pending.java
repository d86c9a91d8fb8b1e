package org.kochab.partition.internal.core.kernel;

import java.util.concurrent.CompletableFuture;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;

/** A transaction that waits for its answer. */
final class Pending extends CompletableFuture<CommitResult> {
    /** What an operation weighs beside its key and value. */
    private static final int OVERHEAD = 64;

    final Transaction transaction;
    /** Whose share of the queue it takes; empty for nobody's. */
    final String owner;

    final long bytes;

    private Pending(Transaction transaction, String owner, long bytes) {
        this.transaction = transaction;
        this.owner = owner;
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException naming what is beyond the limits */
    static Pending of(Transaction transaction, String owner, KernelLimits limits) {
        long bytes = OVERHEAD;
        for (Precondition p : transaction.preconditions()) {
            bytes += OVERHEAD + checkKey(p.key(), limits);
        }
        for (Operation o : transaction.operations()) {
            bytes += OVERHEAD + checkKey(o.key(), limits);
            if (o instanceof Operation.Put put) {
                int length = put.value().length;
                if (length > limits.valueBytes()) {
                    throw new IllegalArgumentException("value of key '" + put.key() + "' has " + length
                            + " bytes: a value may have at most " + limits.valueBytes());
                }
                bytes += length;
            }
        }
        if (bytes > limits.batchBytes() && transaction.operations().size() > 1) {
            throw new IllegalArgumentException(
                    "transaction of " + transaction.operations().size() + " operations has " + bytes
                            + " bytes: at most " + limits.batchBytes() + " are allowed, divide it");
        }
        return new Pending(transaction, owner, bytes);
    }

    /** Returns its length in a store. */
    private static int checkKey(String key, KernelLimits limits) {
        int length = key.length();
        if (length == 0) {
            throw new IllegalArgumentException("key is empty: a key needs at least one character");
        }
        if (length > limits.keyLength()) {
            throw new IllegalArgumentException("key '" + key.substring(0, 64) + "...' has " + length
                    + " characters: a key may have at most " + limits.keyLength());
        }
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = key.charAt(i);
            boolean pair =
                    Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(key.charAt(i + 1));
            if (c < ' ' || !pair && Character.isSurrogate(c)) {
                throw new IllegalArgumentException("key of " + length + " characters has a character at " + i
                        + " that cannot be stored: use no control characters and no half of a surrogate pair");
            }
            if (pair) {
                i++;
                bytes += 2;
            } else if (c >= 0x80) {
                bytes += c < 0x800 ? 1 : 2;
            }
        }
        return bytes;
    }
}
