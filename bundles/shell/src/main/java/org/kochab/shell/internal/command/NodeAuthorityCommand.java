package org.kochab.shell.internal.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.NodeIdentities;

@Command(
        scope = "kochab",
        name = "node-authority",
        description = "Prints the certificate by which nodes know the platform's brokers")
@Service
public class NodeAuthorityCommand extends KochabCommand {
    @Reference(optional = true)
    @Nullable
    NodeIdentities identities;

    @Override
    void run(PrintStream out) {
        out.print(need(identities, "identity service").authority());
    }
}
