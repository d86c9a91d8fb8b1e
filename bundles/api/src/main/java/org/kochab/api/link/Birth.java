package org.kochab.api.link;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;

/**
 * {@code up/birth}: a node introduces itself after each connect.
 *
 * @param bootId changes with each boot of the machine
 * @param birth counter that the node has made durable before it connected; messages of a lower birth are ignored
 * @param capacity quantities by resource name; {@code allocatable} absent means the same
 * @param update what became of the last update of the agent; null if there was none
 * @param appliedGeneration the generation of the desired state the node works on; 0 for none
 */
public record Birth(
        String bootId,
        long birth,
        @Nullable String agentVersion,
        Map<String, String> capacity,
        Map<String, String> allocatable,
        List<Node.Runtime> runtimes,
        Map<String, String> labels,
        List<Node.Address> addresses,
        Node.@Nullable SystemFacts nodeInfo,
        List<Node.Image> images,
        Node.@Nullable AgentUpdate update,
        long appliedGeneration) {
    public Birth {
        capacity = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(capacity == null ? Map.of() : capacity));
        allocatable = java.util.Collections.unmodifiableSortedMap(
                new TreeMap<>(allocatable == null ? Map.of() : allocatable));
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels == null ? Map.of() : labels));
        runtimes = runtimes == null ? List.of() : List.copyOf(runtimes);
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
        images = images == null ? List.of() : List.copyOf(images);
    }
}
