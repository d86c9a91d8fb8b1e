package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.NodeIdentity;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.NodeCompleter;
import org.kochab.shell.internal.session.PartitionCompleter;

/** A command on identities of nodes. */
abstract class IdentityCommandBase extends KochabCommand {
    @Argument(index = 0, name = "nodes", multiValued = true, required = true, description = "Names of nodes")
    @Completion(NodeCompleter.class)
    @Nullable
    List<String> nodes;

    @Option(name = "--manager", description = "Resource manager; needed where two have a node of that name")
    @Completion(PartitionCompleter.class)
    @Nullable
    String manager;

    @Reference(optional = true)
    @Nullable
    NodeIdentities identities;

    @Override
    void run(PrintStream out) {
        NodeIdentities service = need(identities, "identity service");
        if (some(nodes).isEmpty()) {
            throw new Failure("Name a node: kochab:node-list --certs shows them");
        }
        List<NodeIdentity> known = service.nodes();
        for (String node : some(nodes)) {
            NodeIdentity found = find(known, node);
            NodeIdentity now = change(service, found.resourceManager(), node);
            out.println("node/" + node + " of " + now.resourceManager() + " " + done());
        }
    }

    private NodeIdentity find(List<NodeIdentity> known, String node) {
        List<NodeIdentity> found = known.stream()
                .filter(n -> n.node().equals(node))
                .filter(n -> manager == null || n.resourceManager().equals(manager))
                .toList();
        if (found.isEmpty()) {
            throw new Failure("No node " + node + (manager == null ? "" : " of " + manager)
                    + " has joined with a certificate: kochab:node-list --certs shows those that have");
        }
        // A node that moves has the same identity in two places.
        if (found.stream().map(NodeIdentity::uid).distinct().count() > 1) {
            throw new Failure("There is a node " + node + " of "
                    + String.join(
                            " and of ",
                            found.stream().map(NodeIdentity::resourceManager).toList())
                    + ": say which with --manager");
        }
        return found.get(0);
    }

    abstract NodeIdentity change(NodeIdentities service, String resourceManager, String node);

    abstract String done();
}
