package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.kernel.Fences;

/**
 * Many independent changes in few transactions: up to 1,000 changes or 2 MiB each. Where one change of a transaction does not hold, its others
 * are made one by one, so that every change is made or refused by itself.
 */
final class Chunks {
    private static final int MOST_CHANGES = 1_000;
    private static final int MOST_BYTES = 2 << 20;

    /** One change: made if all its preconditions hold. */
    record Change(List<Precondition> preconditions, List<Operation> operations) {
        static Change put(String key, byte[] value, long revision) {
            return new Change(
                    List.of(new Precondition.AtRevision(key, revision)), List.of(new Operation.Put(key, value)));
        }

        static Change delete(String key, long revision) {
            return new Change(List.of(new Precondition.AtRevision(key, revision)), List.of(new Operation.Delete(key)));
        }

        Transaction alone() {
            return new Transaction(preconditions, operations);
        }

        int bytes() {
            int sum = 0;
            for (Operation o : operations) {
                sum += 64 + o.key().length() + (o instanceof Operation.Put p ? p.value().length : 0);
            }
            return sum;
        }
    }

    private Chunks() {}

    /** Divides changes, in order; one that changes a key that is in the chunk already begins the next. */
    static List<List<Change>> divide(List<Change> changes) {
        List<List<Change>> result = new ArrayList<>();
        int begin = 0;
        int bytes = 0;
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            int size = changes.get(i).bytes();
            List<String> own =
                    changes.get(i).operations().stream().map(Operation::key).toList();
            boolean full = i - begin >= MOST_CHANGES
                    || bytes + size > MOST_BYTES
                    || own.stream().anyMatch(keys::contains);
            if (i > begin && full) {
                result.add(changes.subList(begin, i));
                begin = i;
                bytes = 0;
                keys.clear();
            }
            bytes += size;
            keys.addAll(own);
        }
        if (begin < changes.size()) {
            result.add(changes.subList(begin, changes.size()));
        }
        return result;
    }

    static Transaction together(List<Change> changes) {
        Set<Precondition> preconditions = new LinkedHashSet<>();
        List<Operation> operations = new ArrayList<>(changes.size());
        for (Change c : changes) {
            preconditions.addAll(c.preconditions());
            operations.addAll(c.operations());
        }
        return new Transaction(List.copyOf(preconditions), operations);
    }

    /** Whether all changes of a chunk are behind the fence that one of them met. */
    private static boolean isFenced(CommitResult answer, List<Change> chunk) {
        return answer instanceof CommitResult.Conflict c
                && c.key().startsWith(Fences.PREFIX)
                && chunk.stream()
                        .flatMap(change -> change.operations().stream())
                        .allMatch(o -> c.key().equals(Fences.of(o.key(), false)));
    }

    /** @return {@code Committed}, {@code Conflict} or {@code Refused} for each change, in order */
    static List<CommitResult> commit(Committer committer, List<Change> changes) {
        List<List<Change>> chunks = divide(changes);
        List<CommitResult> answers =
                committer.commitAll(chunks.stream().map(Chunks::together).toList());
        List<CommitResult> results = new ArrayList<>(changes.size());
        for (int i = 0; i < chunks.size(); i++) {
            List<Change> chunk = chunks.get(i);
            if (answers.get(i) instanceof CommitResult.Committed
                    || chunk.size() == 1
                    || isFenced(answers.get(i), chunk)) {
                for (int j = 0; j < chunk.size(); j++) {
                    results.add(answers.get(i));
                }
            } else {
                results.addAll(
                        committer.commitAll(chunk.stream().map(Change::alone).toList()));
            }
        }
        return results;
    }
}
