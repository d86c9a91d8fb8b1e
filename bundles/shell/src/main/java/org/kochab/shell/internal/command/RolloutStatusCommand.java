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
import org.kochab.api.model.Kind;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Readiness;
import org.kochab.shell.internal.core.Rollout;
import org.kochab.shell.internal.session.DeploymentCompleter;

@Command(
        scope = "kochab",
        name = "rollout-status",
        description =
                "Waits until a deployment, stateful set or daemon set is rolled out; fails if it does not progress",
        detailedDescription = "kochab:rollout-status NAME of a deployment, statefulset/NAME or daemonset/NAME")
@Service
public class RolloutStatusCommand extends ResourceCommand {
    private static final List<Kind> ROLLED_OUT = List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET);

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
        String target = one(names, "deployment");
        int slash = target.indexOf('/');
        Kind kind = slash < 0 ? Kind.DEPLOYMENT : kind(target.substring(0, slash));
        if (!ROLLED_OUT.contains(kind)) {
            throw new Failure(
                    "A " + kind.name() + " is not rolled out: name a deployment, statefulset/NAME or daemonset/NAME");
        }
        String name = target.substring(slash + 1);
        Supplier<Rollout> look = () -> Readiness.of(target, get(kind, name));
        if (noWait) {
            out.println(look.get().message());
            return;
        }
        out.println(Until.done(session, Ages.parse("--timeout", timeout), look));
    }
}
