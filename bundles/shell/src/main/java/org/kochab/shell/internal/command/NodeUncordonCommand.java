package org.kochab.shell.internal.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Command(scope = "kochab", name = "node-uncordon", description = "Lets pods onto nodes again")
@Service
public class NodeUncordonCommand extends NodeCommandBase {
    @Override
    void each(String node, PrintStream out) {
        cordon(node, false);
        out.println("node/" + node + " uncordoned");
    }
}
