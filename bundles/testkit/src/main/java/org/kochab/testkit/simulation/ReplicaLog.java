package org.kochab.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kochab.spi.store.PartitionStore;

/** One member's copy: the changes it has, in order, and what they leave. */
final class ReplicaLog {
    /** A change; two are the same only if they are the same object. */
    record Change(long id, Function<PartitionStore, ?> apply) {}

    private final Supplier<PartitionStore> empty;
    private final List<Change> changes = new ArrayList<>();
    private final PartitionStore content;

    ReplicaLog(Supplier<PartitionStore> empty) {
        this.empty = empty;
        this.content = empty.get();
    }

    /** Another copy with these changes. */
    ReplicaLog of(List<Change> all) {
        ReplicaLog copy = new ReplicaLog(empty);
        all.forEach(copy::append);
        return copy;
    }

    PartitionStore content() {
        return content;
    }

    void append(Change change) {
        change.apply.apply(content);
        changes.add(change);
    }

    /** Adds what was applied to the content already. */
    void applied(Change change) {
        changes.add(change);
    }

    int size() {
        return changes.size();
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    boolean contains(Change change) {
        return changes.contains(change);
    }
}
