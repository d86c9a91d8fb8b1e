package org.kochab.rm.internal.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.api.model.Node;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.RunningCommand;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.PartitionId;

/** A manager that takes whatever anybody asks for as asked by the present leader. */
record Credulous(ResourceManager manager, Map<String, Reading> readings) implements ResourceManager {
    @Override
    public PartitionId id() {
        return manager.id();
    }

    @Override
    public CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch) {
        return manager.claim(batch.stream()
                .map(r -> new ClaimRequest(r.claim(), highest(r.claim().partition(), r.reading()), r.group()))
                .toList());
    }

    private Reading highest(String partition, Reading reading) {
        return readings.merge(partition, reading, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    @Override
    public CompletionStage<Void> release(List<Release> releases) {
        return manager.release(releases);
    }

    @Override
    public CompletionStage<Void> begin(String partition, Reading reading, List<TenantOwner> tenants) {
        return manager.begin(partition, highest(partition, reading), tenants);
    }

    @Override
    public CompletionStage<Optional<Node>> update(Node node) {
        return manager.update(node);
    }

    @Override
    public CompletionStage<Optional<String>> remove(String node) {
        return manager.remove(node);
    }

    @Override
    public CompletionStage<NodeStep.Done> step(NodeStep step) {
        return manager.step(step);
    }

    @Override
    public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
        return manager.command(node, command, sink);
    }
}
