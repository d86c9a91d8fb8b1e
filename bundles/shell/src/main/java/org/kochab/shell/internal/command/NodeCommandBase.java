package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.NodeCompleter;

/** A command on nodes. */
abstract class NodeCommandBase extends ResourceCommand {
    @Argument(index = 0, name = "nodes", multiValued = true, required = true, description = "Names of nodes")
    @Completion(NodeCompleter.class)
    @Nullable
    List<String> nodes;

    @Override
    void run(PrintStream out) throws InterruptedException {
        if (some(nodes).isEmpty()) {
            throw new Failure("Name a node: kochab:node-list shows them");
        }
        for (String node : some(nodes)) {
            each(node, out);
        }
    }

    abstract void each(String node, PrintStream out) throws InterruptedException;

    final void cordon(String node, boolean cordoned) {
        change(scope().ref(Kind.NODE, node), r -> {
            Node n = (Node) r;
            Node.Spec spec = n.spec() == null ? new Node.Spec(null, List.of()) : n.spec();
            boolean now = Boolean.TRUE.equals(spec.unschedulable());
            return now == cordoned ? n : n.withSpec(new Node.Spec(cordoned ? true : null, spec.taints()));
        });
    }
}
