package org.kochab.updates.internal.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;

/**
 * What a resource manager knows of a node.
 *
 * @param ready whether it is heard of now
 * @param version of its agent; null if it has not said
 * @param update what became of its agent's last update
 */
public record NodeFacts(
        String manager,
        String name,
        Map<String, String> labels,
        boolean ready,
        @Nullable String version,
        Node.@Nullable AgentUpdate update) {
    public static NodeFacts of(String manager, Node node) {
        Node.Status status = node.status();
        return new NodeFacts(
                manager,
                node.metadata().name(),
                node.metadata().labels(),
                status != null && "Ready".equals(status.phase()),
                status == null || status.nodeInfo() == null
                        ? null
                        : status.nodeInfo().agentVersion(),
                status == null ? null : status.agentUpdate());
    }

    /** The same when its manager cannot be asked: nothing is known of it now. */
    public NodeFacts unheard() {
        return new NodeFacts(manager, name, labels, false, version, update);
    }
}
