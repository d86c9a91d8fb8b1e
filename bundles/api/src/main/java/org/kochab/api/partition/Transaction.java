package org.kochab.api.partition;

import java.util.HashSet;
import java.util.List;

/**
 * Changes to be made together or not at all.
 *
 * @param preconditions checked against the state just before this transaction
 * @param operations at least one; no key twice
 */
public record Transaction(List<Precondition> preconditions, List<Operation> operations) {
    public Transaction {
        preconditions = List.copyOf(preconditions);
        operations = List.copyOf(operations);
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("operations is empty: a transaction needs at least one put or delete");
        }
        if (operations.size() > 1) {
            var keys = new HashSet<String>();
            for (Operation o : operations) {
                if (!keys.add(o.key())) {
                    throw new IllegalArgumentException("operations change key '" + o.key() + "' twice");
                }
            }
        }
    }

    /** An unconditional put. */
    public static Transaction put(String key, byte[] value) {
        return new Transaction(List.of(), List.of(new Operation.Put(key, value)));
    }

    /** A put of a key that must not exist. */
    public static Transaction create(String key, byte[] value) {
        return new Transaction(List.of(new Precondition.Absent(key)), List.of(new Operation.Put(key, value)));
    }

    /** A put of a key last put at {@code revision}. */
    public static Transaction update(String key, byte[] value, long revision) {
        return new Transaction(
                List.of(new Precondition.AtRevision(key, revision)), List.of(new Operation.Put(key, value)));
    }

    /** A delete of a key last put at {@code revision}. */
    public static Transaction delete(String key, long revision) {
        return new Transaction(List.of(new Precondition.AtRevision(key, revision)), List.of(new Operation.Delete(key)));
    }
}
