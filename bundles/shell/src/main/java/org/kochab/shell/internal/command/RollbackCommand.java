package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Rollout;
import org.kochab.shell.internal.session.DeploymentCompleter;

@Command(
        scope = "kochab",
        name = "rollback",
        description = "Takes a deployment back to an earlier revision",
        detailedDescription =
                "kochab:rollout-history shows the revisions; kochab:rollout-status waits until it is done.")
@Service
public class RollbackCommand extends ResourceCommand {
    private static final Duration MOST = Duration.ofSeconds(30);

    @Argument(index = 0, name = "deployment", multiValued = true, required = true, description = "Name")
    @Completion(DeploymentCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--to-revision", description = "Number of the revision; the one before the current if not given")
    @Nullable
    Long toRevision;

    @Override
    void run(PrintStream out) throws InterruptedException {
        String name = one(names, "deployment").replaceFirst("^deployment/", "");
        Deployment deployment = get(Kind.DEPLOYMENT, name, Deployment.class);
        List<Revision> all = Revision.of(this, deployment);
        long current = current(deployment);
        long wanted = toRevision != null
                ? toRevision
                : all.stream()
                        .mapToLong(Revision::revision)
                        .filter(r -> r != current)
                        .max()
                        .orElseThrow(() -> new Failure("Deployment " + name + " has no earlier revision"));
        if (all.stream().noneMatch(r -> r.revision() == wanted)) {
            throw new Failure("Deployment " + name + " has no revision " + wanted + ": kochab:rollout-history " + name
                    + " lists them");
        }
        if (wanted == current) {
            throw new Failure("Revision " + wanted + " of deployment " + name + " is what is deployed");
        }
        change(scope().ref(Kind.DEPLOYMENT, name), d -> {
            Map<String, String> notes = new TreeMap<>(d.metadata().annotations());
            notes.put(Annotations.ROLLBACK_TO, Long.toString(wanted));
            return d.withMetadata(d.metadata().withAnnotations(notes));
        });
        out.println(Until.done(session, MOST, () -> taken(name, wanted)));
    }

    private static long current(Deployment deployment) {
        String number = deployment.metadata().annotations().getOrDefault(Annotations.REVISION, "0");
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
    }

    /** The controller takes the annotation away once it has restored the template. */
    private Rollout taken(String name, long wanted) {
        boolean done = !get(Kind.DEPLOYMENT, name).metadata().annotations().containsKey(Annotations.ROLLBACK_TO);
        return new Rollout(
                done,
                Optional.empty(),
                done
                        ? "deployment/" + name + " rolled back to revision " + wanted
                        : "Waiting for the deployment controller");
    }
}
