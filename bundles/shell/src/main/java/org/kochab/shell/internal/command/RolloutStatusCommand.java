package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Rollout;
import org.kochab.shell.internal.session.DeploymentCompleter;

@Command(
        scope = "kochab",
        name = "rollout-status",
        description = "Waits until a deployment is rolled out; fails if it does not progress")
@Service
public class RolloutStatusCommand extends ResourceCommand {
    @Argument(index = 0, name = "deployment", multiValued = true, required = true, description = "Name")
    @Completion(DeploymentCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--timeout", description = "How long to wait, for example 30s or 5m")
    String timeout = "10m";

    @Option(name = "--no-wait", description = "Only says how far it is")
    boolean noWait;

    @Override
    void run(PrintStream out) throws InterruptedException {
        String name = one(names, "deployment").replaceFirst("^deployment/", "");
        if (noWait) {
            out.println(Rollout.of(get(Kind.DEPLOYMENT, name, Deployment.class)).message());
            return;
        }
        out.println(Until.done(
                session,
                Ages.parse("--timeout", timeout),
                () -> Rollout.of(get(Kind.DEPLOYMENT, name, Deployment.class))));
    }
}
