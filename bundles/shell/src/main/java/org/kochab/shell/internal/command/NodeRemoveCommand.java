package org.kochab.shell.internal.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.DeleteOptions;

@Command(
        scope = "kochab",
        name = "node-remove",
        description = "Forgets nodes that are lost or cordoned and have no pods",
        detailedDescription = "A node that still connects registers again.")
@Service
public class NodeRemoveCommand extends NodeCommandBase {
    @Override
    void each(String node, PrintStream out) {
        resources().delete(scope().ref(Kind.NODE, node), DeleteOptions.DEFAULT);
        out.println("node/" + node + " removed");
    }
}
