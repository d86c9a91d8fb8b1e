package org.kochab.partition.internal.tenant;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kochab.api.identity.IdentityKeys;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.NodeStep.Done;
import org.kochab.api.node.NodeStep.Kind;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.directory.NodeMoveRecord;
import org.kochab.partition.internal.core.directory.NodeMoveRecord.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves nodes between resource managers, on the member that leads the directory. All it knows is in the directory; each step may be done again by
 * the next leader, and the managers refuse the steps of a move that is over. The former manager forgets a node last: when its agent is at the new
 * manager, and when the leader of each tenant partition knows the node there, so that none of them sees it, or a claim on it, go.
 */
final class NodeMover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeMover.class);
    private static final long ANSWER_SECONDS = 35;
    private static final long SIGHT_SECONDS = 8;
    static final int MOST = 10_000;

    /** Whether a tenant partition's leader knows a node as its new manager's. */
    interface Sight {
        CompletionStage<Boolean> isMoved(PartitionId partition, String node, String from, String to);
    }

    private final PartitionService partitions;
    private final Function<PartitionId, Optional<ResourceManager>> managers;
    private final Sight sight;
    private final Consumer<String> reached;
    private final Worker worker = new Worker("kochab-node-moves");

    /** It cannot go on now. */
    private static final class Waits extends Exception {
        private static final long serialVersionUID = 1L;

        Waits(String why) {
            super(why);
        }
    }

    /** @param reached told of each step that was made, for tests that end it there */
    NodeMover(
            PartitionService partitions,
            Function<PartitionId, Optional<ResourceManager>> managers,
            Sight sight,
            Consumer<String> reached) {
        this.partitions = partitions;
        this.managers = managers;
        this.sight = sight;
        this.reached = reached;
    }

    void start() {
        worker.startForDirectory(partitions, this::look);
    }

    private void look(Partition led) throws InterruptedException {
        try {
            Committer directory = Committer.of(led);
            for (Entry e : led.list(NodeMoveRecord.PREFIX, MOST).entries()) {
                NodeMoveRecord record = NodeMoveRecord.of(e);
                String waits = "";
                try {
                    carry(e, record, directory);
                    continue;
                } catch (Waits | ResourceException failure) {
                    waits = String.valueOf(failure.getMessage());
                }
                if (!waits.equals(record.message())) {
                    LOG.info("node {} goes from {} to {}: {}", record.node(), record.from(), record.to(), waits);
                    write(directory, e, record.waiting(waits));
                }
            }
        } catch (NotLeaderException e) {
            LOG.debug("the directory is led elsewhere now");
        } catch (ResourceException e) {
            LOG.info("moves of nodes wait: {}", e.getMessage());
        }
    }

    /** Moves that are not over. */
    static List<NodeMoveRecord> open(Partition directory) {
        return directory.list(NodeMoveRecord.PREFIX, MOST).entries().stream()
                .map(NodeMoveRecord::of)
                .toList();
    }

    /** Begins a move; does nothing if the other manager takes no nodes, or the node moves already. */
    static void begin(Committer directory, String node, PartitionId from, PartitionId to) {
        Optional<Entry> target = directory.read(p -> p.get(Directory.partitionKey(to)));
        if (target.map(Directory::partition).filter(NodeMover::takesNodes).isEmpty()) {
            return;
        }
        String numbers = NodeMoveRecord.numberKey(node);
        Optional<Entry> last = directory.read(p -> p.get(numbers));
        long number = NodeMoveRecord.number(last) + 1;
        NodeMoveRecord begun = new NodeMoveRecord(node, from.value(), to.value(), number, State.HOLDING, "");
        directory.commit(new Transaction(
                List.of(
                        new Precondition.AtRevision(
                                target.get().key(), target.get().revision()),
                        last.<Precondition>map(e -> new Precondition.AtRevision(numbers, e.revision()))
                                .orElse(new Precondition.Absent(numbers)),
                        new Precondition.Absent(NodeMoveRecord.key(node))),
                List.of(
                        new Operation.Put(numbers, Long.toString(number).getBytes(StandardCharsets.US_ASCII)),
                        new Operation.Put(NodeMoveRecord.key(node), begun.bytes()))));
    }

    static boolean takesNodes(PartitionSpec spec) {
        return spec.kind() == PartitionKind.RESOURCE_MANAGER && spec.stage() == Stage.ACTIVE;
    }

    private void carry(Entry entry, NodeMoveRecord r, Committer directory) throws InterruptedException, Waits {
        switch (r.state()) {
            case HOLDING -> hold(entry, r, directory);
            case ABORTING -> {
                done(r.from(), NodeStep.of(Kind.KEEP, r.node(), r.number(), r.to()));
                reached.accept("node-kept");
                write(directory, entry, r.in(State.STAYS).waiting(r.message()));
            }
            case STAYS -> {}
            case SWITCHED -> {
                give(r);
                write(directory, entry, r.in(State.LEFT));
                reached.accept("node-left");
            }
            case LEFT -> leave(entry, r, directory);
        }
    }

    private void hold(Entry entry, NodeMoveRecord r, Committer directory) throws InterruptedException, Waits {
        Done held = ask(r.from(), NodeStep.of(Kind.HOLD, r.node(), r.number(), r.to()));
        Optional<String> refusal = Optional.ofNullable(held.refusal());
        reached.accept("node-held");
        if (refusal.isEmpty()) {
            for (NodeStep.Parcel parcel : pack(r)) {
                Done checked = ask(r.to(), with(parcel, Kind.CHECK, r));
                refusal = refusal.or(() -> Optional.ofNullable(checked.refusal()));
            }
        }
        Optional<Entry> identity = identity(directory, r.from(), r.node());
        if (identity(directory, r.to(), r.node()).isPresent()) {
            refusal = refusal.or(() -> Optional.of("another machine has joined " + r.to() + " as " + r.node()
                    + ": kochab:node-list --certs shows it"));
        }
        if (refusal.isPresent()) {
            LOG.warn("node {} stays at {}: {}", r.node(), r.from(), refusal.get());
            write(directory, entry, r.in(State.ABORTING).waiting(refusal.get()));
            return;
        }
        // From here on the node may be at either: it is known at both by the same certificate.
        List<Precondition> unchanged = new ArrayList<>(List.of(
                new Precondition.AtRevision(entry.key(), entry.revision()),
                new Precondition.Absent(IdentityKeys.node(r.to(), r.node()))));
        List<Operation> operations = new ArrayList<>(
                List.of(new Operation.Put(entry.key(), r.in(State.SWITCHED).bytes())));
        if (identity.isPresent()) {
            Entry known = identity.get();
            unchanged.add(new Precondition.AtRevision(known.key(), known.revision()));
            operations.add(new Operation.Put(IdentityKeys.node(r.to(), r.node()), known.value()));
            // Written too, so that who changes it at this moment finds both.
            operations.add(new Operation.Put(known.key(), known.value()));
        }
        directory.commit(new Transaction(unchanged, operations));
        reached.accept("node-switched");
    }

    private static Optional<Entry> identity(Committer directory, String manager, String node) {
        return directory.read(p -> p.get(IdentityKeys.node(manager, node)));
    }

    private List<NodeStep.Parcel> pack(NodeMoveRecord r) throws InterruptedException, Waits {
        List<NodeStep.Parcel> parcels = new ArrayList<>();
        String after = "";
        while (true) {
            Done packed = done(r.from(), new NodeStep(Kind.PACK, r.node(), r.number(), r.to(), null, after, 0, 0));
            NodeStep.Parcel parcel = packed.parcel();
            if (parcel == null) {
                throw new Waits("resource manager " + r.from() + " gave nothing of it");
            }
            parcels.add(parcel);
            if (parcel.node() != null) {
                return parcels;
            }
            after = parcel.claims().get(parcel.claims().size() - 1).podUid();
        }
    }

    private static NodeStep with(NodeStep.Parcel parcel, Kind kind, NodeMoveRecord r) {
        return new NodeStep(kind, r.node(), r.number(), r.from(), parcel, "", 0, 0);
    }

    /** It is the new manager's: that takes it, then its agent is sent there. */
    private void give(NodeMoveRecord r) throws InterruptedException, Waits {
        NodeStep look = NodeStep.of(Kind.LOOK, r.node(), r.number(), r.from());
        Done there = done(r.to(), look);
        if (!there.taken()) {
            for (NodeStep.Parcel parcel : pack(r)) {
                done(r.to(), with(parcel, Kind.TAKE, r));
                reached.accept("node-part");
            }
            reached.accept("node-taken");
            there = done(r.to(), look);
        }
        done(
                r.from(),
                new NodeStep(Kind.LEAVE, r.node(), r.number(), r.to(), null, "", there.epoch(), there.generation()));
        reached.accept("node-leaves");
    }

    private void leave(Entry entry, NodeMoveRecord r, Committer directory) throws InterruptedException, Waits {
        if (!done(r.to(), NodeStep.of(Kind.LOOK, r.node(), r.number(), r.from()))
                .arrived()) {
            throw new Waits("its agent has not followed yet");
        }
        reached.accept("node-arrived");
        List<PartitionId> seers = directory.read(p -> p.list(Directory.PARTITIONS, MOST).entries().stream()
                .map(Directory::partition)
                .filter(s -> s.kind() == PartitionKind.TENANT && s.stage() != Stage.CLOSED)
                .map(PartitionSpec::id)
                .toList());
        for (PartitionId id : seers) {
            if (!isSeen(id, r)) {
                throw new Waits("tenant partition " + id + " has not seen it there yet");
            }
        }
        reached.accept("node-seen");
        done(r.from(), NodeStep.of(Kind.FORGET, r.node(), r.number(), r.to()));
        reached.accept("node-forgotten");
        directory.commit(new Transaction(
                List.of(new Precondition.AtRevision(entry.key(), entry.revision())),
                List.of(
                        new Operation.Delete(entry.key()),
                        new Operation.Delete(IdentityKeys.node(r.from(), r.node())))));
        LOG.info("node {} went from {} to {}", r.node(), r.from(), r.to());
    }

    private boolean isSeen(PartitionId partition, NodeMoveRecord r) throws InterruptedException {
        try {
            return sight.isMoved(partition, r.node(), r.from(), r.to())
                    .toCompletableFuture()
                    .get(SIGHT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | NotLeaderException e) {
            return false;
        }
    }

    private Done ask(String manager, NodeStep step) throws InterruptedException, Waits {
        ResourceManager found = managers.apply(new PartitionId(manager))
                .orElseThrow(() -> new Waits("resource manager " + manager + " cannot be reached"));
        try {
            return found.step(step).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new Waits(String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw new Waits("resource manager " + manager + " does not answer");
        }
    }

    /** As {@link #ask}, for what is not refused if all is right. */
    private Done done(String manager, NodeStep step) throws InterruptedException, Waits {
        Done answer = ask(manager, step);
        if (answer.refusal() != null) {
            throw new Waits(answer.refusal());
        }
        return answer;
    }

    private static void write(Committer directory, Entry entry, NodeMoveRecord next) {
        directory.commit(new Transaction(
                List.of(new Precondition.AtRevision(entry.key(), entry.revision())),
                List.of(new Operation.Put(entry.key(), next.bytes()))));
    }

    static void end(Committer directory, Entry entry) {
        CommitResult result = directory.commit(new Transaction(
                List.of(new Precondition.AtRevision(entry.key(), entry.revision())),
                List.of(new Operation.Delete(entry.key()))));
        LOG.debug("{} ended: {}", entry.key(), result);
    }

    @Override
    public void close() {
        worker.close();
    }
}
