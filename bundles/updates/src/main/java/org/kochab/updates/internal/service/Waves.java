package org.kochab.updates.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Command;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.resource.ResourceException;
import org.kochab.updates.internal.core.NodeFacts;
import org.kochab.updates.internal.core.Rollout;
import org.kochab.updates.internal.core.UpdateRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the updates, on a thread of its own, while this member leads the directory. Two members that both believe so for a moment do no harm: what they
 * write is checked against what they read, and a node does the same update once, however often it is told.
 */
final class Waves implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Waves.class);
    private static final long END_MILLIS = 5_000;

    private final PartitionService partitions;
    private final ResourceManagers managers;
    private final Records records;
    private final Fleet fleet;
    private final Map<String, Rollout> rollouts = new HashMap<>();
    private final long pauseMillis;
    private final Thread thread;
    private volatile boolean closed;

    Waves(PartitionService partitions, ResourceManagers managers, Records records, Codec codec, Duration pause) {
        this.partitions = partitions;
        this.managers = managers;
        this.records = records;
        fleet = new Fleet(partitions, codec);
        pauseMillis = pause.toMillis();
        thread = new Thread(this::run, "kochab-updates");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    look();
                } catch (ResourceException e) {
                    LOG.debug("updates are looked at again: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("updates could not be looked at; tried again", e);
                }
                Thread.sleep(pauseMillis);
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted");
        } finally {
            fleet.close();
        }
    }

    private void look() {
        List<Records.Stored> open = isLeader()
                ? records.all().stream()
                        .filter(s -> !s.record().state().isFinal())
                        .toList()
                : List.of();
        if (open.isEmpty()) {
            rollouts.clear();
            fleet.close();
            return;
        }
        fleet.refresh();
        if (!fleet.unknown().isEmpty()) {
            return;
        }
        Map<String, List<NodeFacts>> shares = shares(open, fleet.nodes());
        Set<String> ids = new HashSet<>();
        for (Records.Stored stored : open) {
            ids.add(stored.record().id());
            step(stored, shares.getOrDefault(stored.record().id(), List.of()));
        }
        rollouts.keySet().retainAll(ids);
    }

    private boolean isLeader() {
        return partitions.partitions().stream()
                .filter(p -> p.spec().kind() == PartitionKind.DIRECTORY)
                .map(PartitionStatus::leader)
                .anyMatch(l -> l.equals(Optional.of(partitions.member())));
    }

    /** Each node is the oldest update's that selects it. */
    static Map<String, List<NodeFacts>> shares(List<Records.Stored> open, List<NodeFacts> nodes) {
        Map<String, List<NodeFacts>> shares = new HashMap<>();
        for (NodeFacts node : nodes) {
            open.stream()
                    .map(Records.Stored::record)
                    .filter(r -> r.spec().selector().matches(node.labels()))
                    .findFirst()
                    .ifPresent(r -> shares.computeIfAbsent(r.id(), i -> new ArrayList<>())
                            .add(node));
        }
        return shares;
    }

    private void step(Records.Stored stored, List<NodeFacts> nodes) {
        UpdateRecord before = stored.record();
        Rollout.Step step = rollouts.computeIfAbsent(before.id(), i -> new Rollout())
                .step(before, nodes, System.nanoTime() / 1_000_000);
        UpdateRecord after = step.record();
        if (!after.equals(before)) {
            if (!records.replace(stored, after)) {
                // Somebody changed it: what is next is decided anew.
                rollouts.remove(before.id());
                return;
            }
            if (after.state() != before.state() || after.wave() != before.wave()) {
                LOG.info(
                        "update {}: {}, wave {} {}",
                        after.spec().name(),
                        after.state(),
                        after.wave() + 1,
                        after.message());
            }
        }
        step.ask().forEach(node -> ask(after, node));
    }

    private void ask(UpdateRecord record, NodeFacts node) {
        Optional<ResourceManager> manager = managers.manager(new PartitionId(node.manager()));
        if (manager.isEmpty()) {
            return;
        }
        Command.Update update = new Command.Update(
                record.id(),
                record.spec().version(),
                record.spec().url(),
                record.spec().sha256());
        manager.get()
                .command(
                        node.name(),
                        new NodeCommand.Update(update, record.spec().timeoutSeconds()),
                        (error, bytes) -> {})
                .exit()
                .whenComplete((code, failure) -> {
                    if (failure != null) {
                        // What counts is what the node says of itself; it is asked again if it says nothing.
                        LOG.info("update {} of {}: {}", record.spec().name(), node.name(), failure.getMessage());
                    }
                });
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
