package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Readiness;
import org.kochab.shell.internal.core.Rollout;
import org.kochab.shell.internal.session.KindCompleter;
import org.kochab.shell.internal.session.NameCompleter;

@Command(
        scope = "kochab",
        name = "wait",
        description = "Waits until resources are ready, or gone",
        detailedDescription = "A resource that does not exist yet is waited for too.")
@Service
public class WaitCommand extends ResourceCommand {
    @Argument(index = 0, name = "kind", required = true, description = "Kind of resource")
    @Completion(KindCompleter.class)
    String kind = "";

    @Argument(index = 1, name = "names", multiValued = true, description = "Names")
    @Completion(NameCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--for", description = "ready or delete")
    @Completion(
            value = StringsCompleter.class,
            values = {"ready", "delete"})
    String until = "ready";

    @Option(name = "--timeout", description = "How long to wait, for example 30s or 5m")
    String timeout = "5m";

    @Override
    void run(PrintStream out) throws InterruptedException {
        Duration most = Ages.parse("--timeout", timeout);
        int slash = kind.indexOf('/');
        Kind k = kind(slash < 0 ? kind : kind.substring(0, slash));
        List<String> wanted = slash < 0 ? some(names) : List.of(kind.substring(slash + 1));
        if (wanted.isEmpty()) {
            throw new Failure("Name what to wait for: kochab:wait KIND NAME");
        }
        List<ResourceRef> refs = wanted.stream().map(n -> scope().ref(k, n)).toList();
        switch (until) {
            case "ready" -> {
                for (ResourceRef ref : refs) {
                    String what = k.name() + " " + ref.name();
                    out.println(Until.done(session, most, () -> look(what, ref)));
                }
            }
            case "delete" -> {
                Gone gone = new Gone(resources(), session);
                refs.forEach(gone::expect);
                gone.await(most);
                refs.forEach(r -> out.println(k.name() + " " + r.name() + " is gone"));
            }
            default -> throw new Failure("Option --for is '" + until + "': use ready or delete");
        }
    }

    /** A partition that has no leader yet is one more thing to wait for. */
    private Rollout look(String what, ResourceRef ref) {
        try {
            return Readiness.of(what, resources().get(ref).orElse(null));
        } catch (ResourceException e) {
            if (e.reason() != ResourceException.Reason.UNAVAILABLE && e.reason() != ResourceException.Reason.BUSY) {
                throw e;
            }
            return new Rollout(false, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
