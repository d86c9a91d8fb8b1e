package org.kochab.updates.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.kochab.api.codec.Codec;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.update.AgentUpdates;
import org.kochab.api.update.UpdateSpec;
import org.kochab.api.update.UpdateStatus;
import org.kochab.api.update.UpdateStatus.NodeStatus;
import org.kochab.api.update.UpdateStatus.Stage;
import org.kochab.api.update.UpdateStatus.State;
import org.kochab.updates.internal.core.NodeFacts;
import org.kochab.updates.internal.core.Standing;
import org.kochab.updates.internal.core.UpdateRecord;

/** Updates, as the directory has them. */
public final class DirectoryUpdates implements AgentUpdates, AutoCloseable {
    private static final int MOST_FINAL = 100;
    private static final int MOST_NODES = 200;
    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PartitionService partitions;
    private final Codec codec;
    private final Records records;
    private final Waves waves;

    public DirectoryUpdates(PartitionService partitions, ResourceManagers managers, Codec codec) {
        this(partitions, managers, codec, PAUSE);
    }

    /** @param pause between two looks at what is to be done next */
    DirectoryUpdates(PartitionService partitions, ResourceManagers managers, Codec codec, Duration pause) {
        this.partitions = partitions;
        this.codec = codec;
        records = new Records(partitions, codec);
        waves = new Waves(partitions, managers, records, codec, pause);
    }

    /** Begins to do them, while this member leads the directory. */
    public void start() {
        waves.start();
    }

    @Override
    public String create(UpdateSpec spec) {
        List<Records.Stored> all = records.all();
        Records.Stored former = all.stream()
                .filter(s -> s.record().spec().name().equals(spec.name()))
                .findFirst()
                .orElse(null);
        if (former != null && !former.record().state().isFinal()) {
            throw new ResourceException(
                    Reason.ALREADY_EXISTS,
                    "there is an update '" + spec.name()
                            + "' under way: end it with kochab:update-abort, or take another name");
        }
        if (all.size() >= Records.MOST) {
            throw new ResourceException(
                    Reason.BUSY, "there are " + all.size() + " updates: end some with kochab:update-abort");
        }
        try (Fleet fleet = fleet()) {
            boolean none = fleet.nodes().stream().noneMatch(n -> spec.selector().matches(n.labels()));
            if (none && fleet.unheard().isEmpty()) {
                throw new ResourceException(
                        Reason.INVALID,
                        "selector: there is no node with these labels; see kochab:get nodes --show-labels");
            }
        }
        long number = all.isEmpty() ? 1 : all.get(all.size() - 1).record().number() + 1;
        UpdateRecord record = UpdateRecord.begin(spec, number, spec.name() + "." + UUID.randomUUID());
        String key = UpdateRecord.key(spec.name());
        List<Precondition> unchanged = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        unchanged.add(
                former == null
                        ? new Precondition.Absent(key)
                        : new Precondition.AtRevision(key, former.entry().revision()));
        operations.add(new Operation.Put(key, records.bytes(record)));
        List<Records.Stored> over = all.stream()
                .filter(s -> s.record().state().isFinal() && s != former)
                .toList();
        over.stream()
                .limit(Math.max(0, over.size() - MOST_FINAL + 1))
                .forEach(s -> operations.add(new Operation.Delete(s.entry().key())));
        if (!records.commit(new Transaction(unchanged, operations))) {
            throw new ResourceException(
                    Reason.CONFLICT,
                    "update '" + spec.name() + "' was changed by somebody else: see kochab:update-list");
        }
        return record.id();
    }

    private Fleet fleet() {
        Fleet fleet = new Fleet(partitions, codec);
        fleet.refresh();
        return fleet;
    }

    @Override
    public List<UpdateStatus> list() {
        List<Records.Stored> all = records.all();
        try (Fleet fleet = fleet()) {
            return all.stream().map(s -> status(s.record(), fleet, false)).toList();
        }
    }

    @Override
    public UpdateStatus get(String name) {
        UpdateRecord record = find(name).record();
        try (Fleet fleet = fleet()) {
            return status(record, fleet, true);
        }
    }

    private static UpdateStatus status(UpdateRecord record, Fleet fleet, boolean withNodes) {
        List<NodeFacts> nodes = fleet.nodes().stream()
                .filter(n -> record.spec().selector().matches(n.labels()))
                .toList();
        List<NodeStatus> shown = !withNodes
                ? List.of()
                : nodes.stream()
                        .map(n -> shown(record, n))
                        .filter(n ->
                                n.stage() == Stage.FAILED || n.stage() == Stage.UPDATING || n.stage() == Stage.AWAY)
                        .sorted(Comparator.comparing(NodeStatus::node))
                        .limit(MOST_NODES)
                        .toList();
        return new UpdateStatus(
                record.spec(),
                record.id(),
                record.state(),
                record.wave() + 1,
                record.message(),
                Standing.count(record, nodes),
                fleet.unheard(),
                shown);
    }

    private static NodeStatus shown(UpdateRecord record, NodeFacts node) {
        String version = node.version();
        return new NodeStatus(
                node.name(),
                node.manager(),
                Standing.of(record, node),
                version == null ? "" : version,
                Standing.reason(record, node));
    }

    @Override
    public void pause(String name) {
        change(
                name,
                true,
                record -> record.state() == State.PAUSED ? record : record.in(State.PAUSED, "by an operator"));
    }

    @Override
    public void resume(String name) {
        change(name, true, record -> record.state() == State.PAUSED ? record.in(State.PROGRESSING, "") : record);
    }

    @Override
    public void abort(String name) {
        change(name, false, record -> record.state().isFinal() ? record : record.in(State.ABORTED, "by an operator"));
    }

    private void change(String name, boolean open, UnaryOperator<UpdateRecord> change) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Records.Stored stored = find(name);
            UpdateRecord before = stored.record();
            if (open && before.state().isFinal()) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        "update '" + name + "' has ended (" + before.state()
                                + "): make another one with kochab:update-create");
            }
            UpdateRecord after = change.apply(before);
            if (after.equals(before) || records.replace(stored, after)) {
                return;
            }
        }
        throw new ResourceException(Reason.CONFLICT, "update '" + name + "' changes all the time; try again");
    }

    private Records.Stored find(String name) {
        return records.get(name)
                .orElseThrow(() -> new ResourceException(
                        Reason.NOT_FOUND, "there is no update '" + name + "': see kochab:update-list"));
    }

    @Override
    public void close() {
        waves.close();
    }
}
