package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.Ages;
import org.kochab.resourcetext.Selectors;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.KindNames;
import org.kochab.shell.internal.session.KindCompleter;
import org.kochab.shell.internal.session.NameCompleter;

@Command(
        scope = "kochab",
        name = "delete",
        description = "Deletes resources by name, selector or manifest",
        detailedDescription = "What a resource owns goes with it. Pods have their grace period to end.")
@Service
public class DeleteCommand extends ManifestCommand {
    private static final int MOST = 100_000;

    @Argument(index = 0, name = "kind", description = "Kind of resource; not with -f")
    @Completion(KindCompleter.class)
    @Nullable
    String kind;

    @Argument(index = 1, name = "names", multiValued = true, description = "Names")
    @Completion(NameCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "-l", aliases = "--selector", description = "All with these labels")
    @Nullable
    String selector;

    @Option(name = "--all", description = "All of the kind in the namespace")
    boolean all;

    @Option(name = "--grace-period", description = "Seconds that pods have to end; 0 for none")
    @Nullable
    Long gracePeriod;

    @Option(
            name = "--force",
            description =
                    "Removes a pod, or a volume, even if its node does not confirm its end; it may still be there")
    boolean force;

    @Option(name = "--orphan", description = "Leaves behind what the resource owns")
    boolean orphan;

    @Option(name = "--wait", description = "Waits until the resources are gone")
    boolean wait;

    @Option(name = "--timeout", description = "How long to wait, for example 30s or 5m")
    String timeout = "5m";

    @Override
    void run(PrintStream out) throws Exception {
        if (gracePeriod != null && gracePeriod < 0) {
            throw new Failure("Option --grace-period is " + gracePeriod + ": write a number of seconds, 0 or more");
        }
        Duration most = Ages.parse("--timeout", timeout);
        List<ResourceRef> targets = targets(out);
        Gone gone = new Gone(resources(), session);
        List<String> refused = new ArrayList<>();
        for (ResourceRef ref : targets) {
            try {
                if (wait) {
                    gone.expect(ref);
                }
                resources().delete(ref, new DeleteOptions(gracePeriod, orphan, null, force));
                out.println(KindNames.qualified(ref.kind(), ref.name()) + " deleted");
            } catch (ResourceException e) {
                gone.forget(ref);
                refused.add(e.getMessage());
            }
        }
        if (wait) {
            gone.await(most);
        }
        if (!refused.isEmpty()) {
            throw new Failure(String.join("\n", refused));
        }
    }

    private List<ResourceRef> targets(PrintStream out) {
        List<String> warnings = new ArrayList<>();
        if (!some(files).isEmpty()) {
            List<ResourceRef> refs = new ArrayList<>();
            for (Item item : items(List.of(), warnings)) {
                refs.add(new ResourceRef(
                        item.tenant(),
                        item.kind(),
                        item.resource().metadata().namespace(),
                        String.valueOf(item.resource().metadata().name())));
            }
            return refs;
        }
        if (kind == null) {
            throw new Failure("Say what to delete: kochab:delete KIND NAME, or kochab:delete -f FILE");
        }
        if (kind.contains("/")) {
            int slash = kind.indexOf('/');
            return List.of(scope().ref(kind(kind.substring(0, slash)), kind.substring(slash + 1)));
        }
        Kind k = kind(kind);
        if (!some(names).isEmpty()) {
            return some(names).stream().map(n -> scope().ref(k, n)).toList();
        }
        if (selector == null && !all) {
            throw new Failure("Name the " + k.plural() + " to delete, or use -l or --all");
        }
        String space = k.scope() == Kind.Scope.NAMESPACE ? scope().namespace() : null;
        Query query = Query.namespace(space).withLabels(Selectors.labels(selector));
        List<Resource> found = list(scope().tenantOf(k), k, query, MOST).items();
        if (found.isEmpty()) {
            out.println("No " + k.plural() + " found " + scope().where(k));
        }
        return found.stream().map(r -> ResourceRef.of(k, r)).toList();
    }
}
