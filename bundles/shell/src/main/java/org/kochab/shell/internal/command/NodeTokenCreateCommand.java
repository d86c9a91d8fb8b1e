package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PartitionCompleter;

@Command(
        scope = "kochab",
        name = "node-token-create",
        description = "Makes a token with which machines become nodes",
        detailedDescription = "The token is shown once: the platform keeps only a hash of it.")
@Service
public class NodeTokenCreateCommand extends KochabCommand {
    @Argument(
            index = 0,
            name = "manager",
            multiValued = true,
            description = "Resource manager that nodes join; may be left out if there is one")
    @Completion(PartitionCompleter.class)
    @Nullable
    List<String> managers;

    @Option(name = "--node", description = "The only node that may join with it, also if it has joined before")
    @Nullable
    String node;

    @Option(name = "--uses", description = "How many nodes may join with it")
    int uses = 1;

    @Option(name = "--lifetime", description = "How long it is good for, such as 30m or 24h")
    String lifetime = "24h";

    @Option(name = "--approve", description = "Whether an operator is to approve of each node: kochab:node-approve")
    boolean approve;

    @Reference(optional = true)
    @Nullable
    NodeIdentities identities;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Override
    void run(PrintStream out) {
        NodeIdentities service = need(identities, "identity service");
        String manager = some(managers).isEmpty() ? onlyManager() : one(managers, "resource manager");
        Duration time = Ages.parse("--lifetime", lifetime);
        JoinToken token = service.createToken(new TokenSpec(manager, node, uses, time, approve));
        out.println(token.text());
        out.println(
                "Good for " + (node == null ? uses == 1 ? "one node" : uses + " nodes" : "node " + node) + " of "
                        + manager + " within " + Ages.of(time)
                        + ", and shown only now. On the machine: brokers = ssl://HOST:8883 and .join.token in etc/org.kochab.agent.cfg");
    }

    private String onlyManager() {
        List<String> all = need(partitions, "partition service").partitions().stream()
                .filter(p -> p.spec().kind() == PartitionKind.RESOURCE_MANAGER)
                .map(p -> p.spec().id().value())
                .toList();
        if (all.size() != 1) {
            throw new Failure("Say which resource manager nodes are to join: one of " + String.join(", ", all));
        }
        return all.get(0);
    }
}
