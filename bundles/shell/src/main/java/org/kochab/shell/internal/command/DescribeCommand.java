package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.resource.Query;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.shell.internal.core.Describe;
import org.kochab.shell.internal.core.Facts;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.KindCompleter;
import org.kochab.shell.internal.session.NameCompleter;

@Command(scope = "kochab", name = "describe", description = "Shows all about resources, and what happened to them")
@Service
public class DescribeCommand extends ResourceCommand {
    private static final int MOST_EVENTS = 20;
    private static final int MOST_SEARCHED = 100_000;

    @Argument(index = 0, name = "kind", required = true, description = "Kind of resource")
    @Completion(KindCompleter.class)
    String kind = "";

    @Argument(index = 1, name = "names", multiValued = true, description = "Names")
    @Completion(NameCompleter.class)
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    PlacementExplainer explainer;

    @Override
    void run(PrintStream out) {
        int slash = kind.indexOf('/');
        Kind k = kind(slash < 0 ? kind : kind.substring(0, slash));
        List<String> wanted = slash < 0 ? some(names) : List.of(kind.substring(slash + 1));
        if (wanted.isEmpty()) {
            throw new Failure("Name what to describe: kochab:describe " + kind + " NAME");
        }
        boolean first = true;
        for (String name : wanted) {
            if (!first) {
                out.println();
            }
            one(out, k, get(k, name));
            first = false;
        }
    }

    private void one(PrintStream out, Kind k, Resource resource) {
        Instant now = now();
        var printer = new ResourcePrinter(out, codec, width());
        Describe.of(resource, now).forEach(out::println);
        if (resource instanceof Pod p && (p.spec() == null || p.spec().nodeName() == null)) {
            placement(p).ifPresent(m -> out.println(Facts.line("Placement", m)));
        }
        List<Condition> conditions = Describe.conditions(resource);
        if (!conditions.isEmpty()) {
            out.println();
            printer.print(Describe.conditionTable(conditions, now));
        }
        if (k.scope() == Kind.Scope.NAMESPACE && !k.equals(Kind.EVENT)) {
            List<Resource> events = events(k, resource);
            if (!events.isEmpty()) {
                out.println();
                printer.print(
                        ResourceTables.of(Kind.EVENT, events, new ResourceTables.Shape(false, false, false), now));
            }
        }
    }

    private java.util.Optional<String> placement(Pod pod) {
        return explainer == null
                ? java.util.Optional.empty()
                : explainer
                        .explain(
                                scope().tenant(),
                                scope().namespace(),
                                String.valueOf(pod.metadata().name()))
                        .map(PodPlacement::message)
                        .filter(m -> !m.isEmpty());
    }

    private List<Resource> events(Kind k, Resource resource) {
        List<Resource> all =
                list(scope().tenant(), Kind.EVENT, Query.namespace(scope().namespace()), MOST_SEARCHED).items().stream()
                        .filter(e -> Describe.about((Event) e, k, resource))
                        .sorted(Comparator.comparing(
                                e -> ((Event) e).lastTimestamp() == null ? Instant.EPOCH : ((Event) e).lastTimestamp()))
                        .toList();
        return all.subList(Math.max(0, all.size() - MOST_EVENTS), all.size());
    }
}
