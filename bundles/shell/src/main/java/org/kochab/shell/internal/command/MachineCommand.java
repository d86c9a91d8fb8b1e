package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Option;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Readiness;

/** Makes an action and waits for its end. */
abstract class MachineCommand extends ResourceCommand {
    /** An action ends by its own deadline, and is seen to have ended a little later. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    @Option(name = "--timeout", description = "How long it may take, for example 30s or 5m; at most 1h")
    String timeout = "5m";

    final void act(PrintStream out, @Nullable List<String> words, String action) throws InterruptedException {
        List<String> all = some(words);
        if (all.size() != 2) {
            throw new Failure("Name a pod and a snapshot: kochab:" + name() + " POD NAME");
        }
        act(out, all.get(0), action, all.get(1));
    }

    final void act(PrintStream out, String pod, String action, @Nullable String snapshot) throws InterruptedException {
        Duration most = Ages.parse("--timeout", timeout);
        String name = get(Kind.POD, pod.startsWith("pod/") ? pod.substring("pod/".length()) : pod)
                .metadata()
                .name();
        int seconds = (int) Math.min(Integer.MAX_VALUE, most.toSeconds());
        Resource made = resources()
                .create(
                        scope().tenant(),
                        new Action(
                                Kind.ACTION.apiVersion(),
                                Kind.ACTION.name(),
                                ObjectMeta.named(unique(action)).withPlace(null, scope().namespace()),
                                new Action.Spec(name, action, snapshot, seconds, null),
                                null));
        await(out, most, made);
    }

    private static String unique(String action) {
        String chance = UUID.randomUUID().toString();
        return action.toLowerCase(Locale.ROOT) + "-" + chance.substring(0, chance.indexOf('-'));
    }

    private void await(PrintStream out, Duration most, Resource made) throws InterruptedException {
        ResourceRef ref =
                scope().ref(Kind.ACTION, String.valueOf(made.metadata().name()));
        String what = "action " + ref.name();
        out.println(Until.done(
                session,
                most.plus(MARGIN),
                () -> Readiness.of(
                        what,
                        resources()
                                .get(ref)
                                .orElseThrow(() -> new Failure(
                                        what + " is gone, as its pod may be: whether it was done is not known")))));
    }
}
