package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.PartitionRemoval.State;
import org.kochab.api.partition.PartitionRemovals;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.directory.RemovalRecord;

/** Begins removals, gives them up, and tells how they are: all of it in the directory. Any thread. */
final class Removals implements PartitionRemovals {
    private static final long LOOK_NANOS = 100_000_000L;

    private final PartitionService partitions;
    private final TenantDirectory tenants;
    private final Committer directory;
    private final ManagerDrain drains;

    Removals(PartitionService partitions, TenantDirectory tenants) {
        this.partitions = partitions;
        this.tenants = tenants;
        this.directory = tenants.committer();
        this.drains = new ManagerDrain(partitions);
    }

    @Override
    public PartitionRemoval begin(PartitionId id, boolean drain) {
        if (id.equals(Directory.ID)) {
            throw new ResourceException(Reason.INVALID, "the directory cannot be removed: everything else needs it");
        }
        String key = RemovalRecord.key(id);
        while (true) {
            Entry entry = directory
                    .read(p -> p.get(Directory.partitionKey(id)))
                    .orElseThrow(() -> new ResourceException(
                            Reason.NOT_FOUND, "there is no partition " + id + "; see kochab:partition-list"));
            PartitionSpec spec = Directory.partition(entry);
            if (spec.stage() == Stage.SUSPENDED) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        "partition " + id + " is suspended, so nobody can look what it has: kochab:partition-resume "
                                + id + " first");
            }
            if (spec.stage() != Stage.ACTIVE) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        "partition " + id + " is being removed already; kochab:partition-delete " + id
                                + " --status says how far it is");
            }
            if (!spec.nextStore().isEmpty()) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        "partition " + id + " is being moved to store " + spec.nextStore()
                                + ": wait, or give that up with kochab:store-migrate " + id + " --abort");
            }
            if (spec.kind() == PartitionKind.RESOURCE_MANAGER) {
                requireNoNodes(id, drain);
            } else {
                requireNoTenants(id, drain);
            }
            Optional<Entry> last = directory.read(p -> p.get(key));
            RemovalRecord begun = new RemovalRecord(id.value(), State.DRAINING, drain, 0, "");
            CommitResult result = directory.commit(new Transaction(
                    List.of(
                            new Precondition.AtRevision(entry.key(), entry.revision()),
                            last.<Precondition>map(e -> new Precondition.AtRevision(key, e.revision()))
                                    .orElse(new Precondition.Absent(key))),
                    List.of(
                            new Operation.Put(key, begun.bytes()),
                            new Operation.Put(entry.key(), Directory.encode(spec.in(Stage.DRAINING))))));
            if (result instanceof CommitResult.Committed) {
                return shown(begun);
            }
        }
    }

    private void requireNoTenants(PartitionId id, boolean drain) {
        List<TenantId> there = tenants.of(id);
        if (there.isEmpty()) {
            return;
        }
        Optional<PartitionId> other = tenants.leastLoaded(id);
        if (other.isEmpty()) {
            throw new ResourceException(
                    Reason.CONFLICT,
                    "partition " + id + " has " + there.size()
                            + " tenants, and there is no other tenant partition that would take them: make one with kochab:partition-create");
        }
        if (!drain) {
            throw new ResourceException(
                    Reason.CONFLICT,
                    "partition " + id + " still has " + there.size() + " tenants, " + there.get(0)
                            + " among them: move them with kochab:tenant-move " + there.get(0) + " --to " + other.get()
                            + ", or all of them with --drain");
        }
    }

    private void requireNoNodes(PartitionId id, boolean drain) {
        if (drain) {
            if (!drains.nodes(id).isEmpty()) {
                drains.requireOther(id, directory);
            }
            return;
        }
        Committer manager = Committer.patient(id.value(), () -> partitions.partition(id), Duration.ofSeconds(5));
        List<Entry> nodes = manager.read(p -> p.list(NodeKeys.NODES, 1_000)).entries();
        boolean claims =
                !manager.read(p -> p.list(NodeKeys.CLAIMS, 1)).entries().isEmpty();
        if (!nodes.isEmpty() || claims) {
            String first = nodes.isEmpty() ? "" : nodes.get(0).key().substring(NodeKeys.NODES.length());
            throw new ResourceException(
                    Reason.CONFLICT,
                    "resource manager " + id + " still has "
                            + (nodes.isEmpty() ? "claims of pods" : nodes.size() + " nodes, " + first + " among them")
                            + ": send them to other resource managers with --drain, or take the nodes away with kochab:node-drain and kochab:node-remove");
        }
    }

    /** What is left, and what that waits for, as long as it is to leave. */
    private PartitionRemoval shown(RemovalRecord record) {
        if (record.state() != State.DRAINING) {
            return record.shown(0);
        }
        PartitionId id = new PartitionId(record.id());
        Optional<Entry> spec = directory.read(p -> p.get(Directory.partitionKey(id)));
        boolean tenant = spec.map(Directory::partition)
                .filter(s -> s.kind() == PartitionKind.RESOURCE_MANAGER)
                .isEmpty();
        if (tenant) {
            return record.shown(tenants.of(id).size());
        }
        String waits = ManagerDrain.waits(id, directory);
        try {
            return record.in(State.DRAINING, waits).shown(drains.nodes(id).size());
        } catch (ResourceException e) {
            return record.in(State.DRAINING, String.valueOf(e.getMessage())).shown(0);
        }
    }

    private Entry record(PartitionId id) {
        return directory
                .read(p -> p.get(RemovalRecord.key(id)))
                .orElseThrow(
                        () -> new ResourceException(Reason.NOT_FOUND, "partition " + id + " is not being removed"));
    }

    @Override
    public PartitionRemoval abort(PartitionId id) {
        while (true) {
            Entry entry = record(id);
            RemovalRecord record = RemovalRecord.of(entry);
            if (record.state().isOver()) {
                throw new ResourceException(Reason.NOT_FOUND, "partition " + id + " is not being removed");
            }
            if (record.state() != State.DRAINING) {
                throw new ResourceException(
                        Reason.CONFLICT, "it is too late: partition " + id + " is empty and goes away");
            }
            RemovalRecord next = record.in(State.GIVEN_UP, "asked for");
            if (step(directory, entry, next, Optional.of(Stage.ACTIVE))) {
                return next.shown(tenants.of(id).size());
            }
        }
    }

    /** One step in the directory: the removal's next state and the partition's stage, or none, together. @return whether it was made */
    static boolean step(Committer directory, Entry record, RemovalRecord next, Optional<Stage> stage) {
        String key = Directory.partitionKey(new PartitionId(next.id()));
        Optional<Entry> partition = directory.read(p -> p.get(key));
        if (partition.isEmpty()) {
            return false;
        }
        PartitionSpec spec = Directory.partition(partition.get());
        Operation change = stage.<Operation>map(s -> new Operation.Put(key, Directory.encode(spec.in(s))))
                .orElse(new Operation.Delete(key));
        return directory.commit(new Transaction(
                        List.of(
                                new Precondition.AtRevision(record.key(), record.revision()),
                                new Precondition.AtRevision(key, partition.get().revision())),
                        List.of(new Operation.Put(record.key(), next.bytes()), change)))
                instanceof CommitResult.Committed;
    }

    @Override
    public PartitionRemoval await(PartitionId id, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (true) {
            RemovalRecord now = RemovalRecord.of(record(id));
            long left = end - System.nanoTime();
            if (now.state().isOver() || left <= 0) {
                return shown(now);
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_NANOS));
        }
    }
}
