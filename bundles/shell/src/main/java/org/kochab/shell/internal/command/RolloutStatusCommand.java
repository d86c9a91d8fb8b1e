package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.StatefulSet;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Rollout;
import org.kochab.shell.internal.session.DeploymentCompleter;

@Command(
        scope = "kochab",
        name = "rollout-status",
        description = "Waits until a deployment or stateful set is rolled out; fails if it does not progress",
        detailedDescription = "kochab:rollout-status NAME of a deployment, or statefulset/NAME")
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
        String set = name.replaceFirst("^(statefulset|sts)/", "");
        Supplier<Rollout> look = set.equals(name)
                ? () -> Rollout.of(get(Kind.DEPLOYMENT, name, Deployment.class))
                : () -> Rollout.of(get(Kind.STATEFUL_SET, set, StatefulSet.class));
        if (noWait) {
            out.println(look.get().message());
            return;
        }
        out.println(Until.done(session, Ages.parse("--timeout", timeout), look));
    }
}
