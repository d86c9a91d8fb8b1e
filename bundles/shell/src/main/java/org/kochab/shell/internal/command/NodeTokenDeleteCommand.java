package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.shell.internal.core.Failure;

@Command(
        scope = "kochab",
        name = "node-token-delete",
        description = "Makes join tokens useless; nodes that have joined with them stay")
@Service
public class NodeTokenDeleteCommand extends KochabCommand {
    @Argument(index = 0, name = "tokens", multiValued = true, required = true, description = "Ids of tokens")
    @Nullable
    List<String> tokens;

    @Reference(optional = true)
    @Nullable
    NodeIdentities identities;

    @Override
    void run(PrintStream out) {
        NodeIdentities service = need(identities, "identity service");
        if (some(tokens).isEmpty()) {
            throw new Failure("Name a token: kochab:node-token-list shows them");
        }
        for (String token : some(tokens)) {
            service.deleteToken(token);
            out.println("token " + token + " deleted");
        }
    }
}
