package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.resourcetext.Selectors;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.KindNames;
import org.kochab.shell.internal.session.KindCompleter;
import org.kochab.shell.internal.session.NameCompleter;
import org.kochab.shell.internal.session.Scope;

@Command(
        scope = "kochab",
        name = "get",
        description = "Shows resources",
        detailedDescription =
                "Several kinds are separated by commas; 'all' means pods, deployments and replica sets. KIND/NAME works too.")
@Service
public class GetCommand extends ResourceCommand {
    @Argument(index = 0, name = "kind", required = true, description = "Kind of resource, for example pods or deploy")
    @Completion(KindCompleter.class)
    String kind = "";

    @Argument(index = 1, name = "names", multiValued = true, description = "Names; all if not given")
    @Completion(NameCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "-A", aliases = "--all-namespaces", description = "All namespaces of the tenant")
    boolean allNamespaces;

    @Option(name = "--all-tenants", description = "All namespaces of all tenants")
    boolean allTenants;

    @Option(name = "-l", aliases = "--selector", description = "Only with these labels, for example app=web,tier!=db")
    @Nullable
    String selector;

    @Option(name = "--field-selector", description = "Only with these fields, for example spec.nodeName=edge-1")
    @Nullable
    String fieldSelector;

    @Option(name = "-o", aliases = "--output", description = "table, wide, json, yaml or name")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "wide", "json", "yaml", "name"})
    @Nullable
    String output;

    @Option(name = "-w", aliases = "--watch", description = "Goes on showing changes until interrupted")
    boolean watch;

    @Option(name = "--limit", description = "Shows at most so many; 10000 if not given")
    int limit = 10_000;

    @Override
    void run(PrintStream out) throws Exception {
        Output form = Output.of(output);
        if (limit < 1) {
            throw new Failure("Option --limit is " + limit + ": write a number of at least 1");
        }
        List<String> wanted = new ArrayList<>(some(names));
        List<Kind> kinds;
        if (kind.contains("/")) {
            wanted.add(0, kind.substring(kind.indexOf('/') + 1));
            kinds = List.of(kind(kind.substring(0, kind.indexOf('/'))));
        } else {
            kinds = KindNames.resolveSome(kind, kinds());
        }
        if (watch) {
            watch(out, form, kinds, wanted);
        } else if (wanted.isEmpty()) {
            listed(out, form, kinds);
        } else {
            named(out, form, kinds, wanted);
        }
    }

    private void named(PrintStream out, Output form, List<Kind> kinds, List<String> wanted) {
        if (kinds.size() != 1) {
            throw new Failure("Names need one kind: ask for each kind by itself");
        }
        Kind k = kinds.get(0);
        List<Resource> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : wanted) {
            find(k, name).ifPresentOrElse(found::add, () -> missing.add(name));
        }
        var printer = new ResourcePrinter(out, codec, width());
        if (form == Output.JSON || form == Output.YAML) {
            printer.text(
                    form, found.size() == 1 && wanted.size() == 1 ? found.get(0) : Output.Document.of(found, null));
        } else if (!found.isEmpty()) {
            printer.header(form, k, scope(), false, false);
            printer.table(form, k, found, new ResourceTables.Shape(form == Output.WIDE, false, false), now());
        }
        if (!missing.isEmpty()) {
            throw new Failure("There is no " + k.name() + " " + String.join(", ", missing) + " " + scope().where(k)
                    + ": kochab:get " + k.plural() + " lists what is there");
        }
    }

    private void listed(PrintStream out, Output form, List<Kind> kinds) {
        Scope scope = scope();
        var printer = new ResourcePrinter(out, codec, width());
        List<Resource> documents = new ArrayList<>();
        List<String> unreachable = new ArrayList<>();
        boolean more = false;
        boolean first = true;
        for (Kind k : kinds) {
            Listed all = everything(scope, k);
            unreachable.addAll(all.unreachable());
            more |= all.more();
            if (form == Output.JSON || form == Output.YAML) {
                documents.addAll(all.items());
                continue;
            }
            boolean whole = allNamespaces || allTenants;
            if (all.items().isEmpty()) {
                if (form != Output.NAME && (kinds.size() == 1 || whole)) {
                    out.println("No " + k.plural() + " found " + place(scope, k));
                }
                continue;
            }
            if (first) {
                printer.header(form, k, scope, allNamespaces, allTenants);
            } else if (form != Output.NAME) {
                out.println();
            }
            printer.table(
                    form, k, all.items(), new ResourceTables.Shape(form == Output.WIDE, whole, allTenants), now());
            first = false;
        }
        if (form == Output.JSON || form == Output.YAML) {
            printer.text(
                    form, Output.Document.of(documents, new Output.ListFacts(null, more ? true : null, unreachable)));
            return;
        }
        if (first && kinds.size() > 1 && !allNamespaces && !allTenants && form != Output.NAME) {
            out.println("None of "
                    + String.join(", ", kinds.stream().map(Kind::plural).toList()) + " found "
                    + place(scope, kinds.get(0)));
        }
        if (more) {
            out.println("… and more: only the first " + limit + " are shown; use --limit");
        }
        if (!unreachable.isEmpty()) {
            out.println("Not shown, because their partitions cannot be reached now: " + String.join(", ", unreachable));
        }
    }

    private String place(Scope scope, Kind k) {
        if (allTenants || k.scope() == Kind.Scope.PLATFORM) {
            return "on the platform";
        }
        return allNamespaces ? "in tenant " + scope.tenant() : scope.where(k);
    }

    private Listed everything(Scope scope, Kind k) {
        Query query = query(scope, k);
        if (!allTenants || k.scope() == Kind.Scope.PLATFORM) {
            return list(scope.tenantOf(k), k, query, limit);
        }
        List<Resource> items = new ArrayList<>();
        List<String> unreachable = new ArrayList<>();
        boolean more = false;
        for (TenantId t : tenants()) {
            if (items.size() >= limit) {
                more = true;
                break;
            }
            try {
                Listed part = list(t, k, query, limit - items.size());
                items.addAll(part.items());
                unreachable.addAll(part.unreachable());
                more |= part.more();
            } catch (ResourceException e) {
                if (k.isCustom() && e.reason() == ResourceException.Reason.NOT_FOUND) {
                    // This tenant does not have the kind.
                    continue;
                }
                if (e.reason() != ResourceException.Reason.UNAVAILABLE) {
                    throw e;
                }
                unreachable.add("tenant " + t);
            }
        }
        return new Listed(items, "", more, unreachable);
    }

    private Query query(Scope scope, Kind k) {
        LabelSelector labels = Selectors.labels(selector);
        Map<String, String> fields = Selectors.fields(fieldSelector);
        boolean one = k.scope() == Kind.Scope.NAMESPACE && !allNamespaces && !allTenants;
        return Query.namespace(one ? scope.namespace() : null)
                .withLabels(labels)
                .withFields(fields);
    }

    private void watch(PrintStream out, Output form, List<Kind> kinds, List<String> wanted) {
        if (kinds.size() != 1 || allTenants || wanted.size() > 1) {
            throw new Failure("--watch shows one kind of one tenant, and at most one name");
        }
        Scope scope = scope();
        Kind k = kinds.get(0);
        Query query = query(scope, k);
        if (!wanted.isEmpty()) {
            ResourceRef ref = scope.ref(k, wanted.get(0));
            query = query.withFields(Map.of("metadata.name", ref.name()));
        }
        var printer = new ResourcePrinter(out, codec, width());
        printer.header(form, k, scope, allNamespaces, false);
        var shape = new ResourceTables.Shape(form == Output.WIDE, allNamespaces, false);
        new Watching(resources(), scope.tenantOf(k), k, query)
                .run(printer.stream(form, k, shape), () -> !out.checkError());
    }
}
