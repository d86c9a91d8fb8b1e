package org.kochab.shell.internal.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Command(scope = "kochab", name = "node-cordon", description = "Lets no new pods onto nodes")
@Service
public class NodeCordonCommand extends NodeCommandBase {
    @Override
    void each(String node, PrintStream out) {
        cordon(node, true);
        out.println("node/" + node + " cordoned");
    }
}
