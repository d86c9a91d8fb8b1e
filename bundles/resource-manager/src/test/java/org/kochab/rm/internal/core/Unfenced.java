package org.kochab.rm.internal.core;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.testkit.simulation.ForwardingPartition;

/** A partition whose kernel takes no fence for one: they are kept under another name. */
final class Unfenced extends ForwardingPartition {
    Unfenced(Partition partition) {
        super(partition);
    }

    private static String name(String key) {
        return key.startsWith(Fences.PREFIX) ? "no-fence-" + key.substring(Fences.PREFIX.length()) : key;
    }

    @Override
    public Optional<Entry> get(String key) {
        return super.get(name(key)).map(e -> new Entry(key, e.value(), e.createRevision(), e.revision()));
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        return super.submit(new Transaction(
                transaction.preconditions().stream().map(Unfenced::named).toList(),
                transaction.operations().stream().map(Unfenced::named).toList()));
    }

    private static Precondition named(Precondition p) {
        String name = name(p.key());
        if (p instanceof Precondition.AtRevision at) {
            return new Precondition.AtRevision(name, at.revision());
        }
        return p instanceof Precondition.Absent ? new Precondition.Absent(name) : new Precondition.Present(name);
    }

    private static Operation named(Operation o) {
        return o instanceof Operation.Put put
                ? new Operation.Put(name(o.key()), put.value())
                : new Operation.Delete(name(o.key()));
    }
}
