package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.shell.internal.core.RecordTable;
import org.kochab.shell.internal.session.DeploymentCompleter;

@Command(scope = "kochab", name = "rollout-history", description = "Shows the revisions a deployment can go back to")
@Service
public class RolloutHistoryCommand extends ResourceCommand {
    @Argument(index = 0, name = "deployment", multiValued = true, required = true, description = "Name")
    @Completion(DeploymentCompleter.class)
    @Nullable
    List<String> names;

    @Override
    void run(PrintStream out) {
        Deployment deployment =
                get(Kind.DEPLOYMENT, one(names, "deployment").replaceFirst("^deployment/", ""), Deployment.class);
        var printer = new ResourcePrinter(out, codec, width());
        printer.print(RecordTable.of(Revision.class, Revision.of(this, deployment)));
    }
}
