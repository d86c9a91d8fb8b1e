package org.kochab.shell.internal.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.resourcetext.Ages;

@Command(scope = "kochab", name = "node-token-list", description = "Shows tokens with which machines may become nodes")
@Service
public class NodeTokenListCommand extends ViewCommand<NodeTokenListCommand.Row> {
    @Reference(optional = true)
    @Nullable
    NodeIdentities identities;

    /** One token; {@code left} says how many may still join. */
    public record Row(String id, String manager, String node, int left, String expires, boolean approve) {}

    public NodeTokenListCommand() {
        super(Row.class, "join tokens");
    }

    @Override
    List<Row> view() {
        Instant now = Instant.now();
        return need(identities, "identity service").tokens().stream()
                .map(t -> new Row(
                        t.id(),
                        t.resourceManager(),
                        t.node() == null ? "" : t.node(),
                        t.uses(),
                        Ages.of(Duration.between(now, t.expires())),
                        t.approval()))
                .toList();
    }

    @Override
    String nameOf(Row row) {
        return row.id();
    }
}
