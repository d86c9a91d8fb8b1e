package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.resourcetext.Selectors;

/** Lists a kind of the platform. */
abstract class KindListCommand extends ResourceCommand {
    private static final int MOST = 10_000;

    @Option(name = "-l", aliases = "--selector", description = "Only with these labels")
    @Nullable
    String selector;

    @Option(name = "-o", aliases = "--output", description = "table, wide, json, yaml or name")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "wide", "json", "yaml", "name"})
    @Nullable
    String output;

    abstract Kind kind();

    @Override
    void run(PrintStream out) {
        Output form = Output.of(output);
        Listed all = list(
                scope().tenantOf(kind()), kind(), Query.namespace(null).withLabels(Selectors.labels(selector)), MOST);
        List<Resource> items = all.items();
        var printer = new ResourcePrinter(out, codec, width());
        if (form == Output.JSON || form == Output.YAML) {
            printer.text(
                    form,
                    Output.Document.of(
                            items,
                            new Output.ListFacts(all.resourceVersion(), all.more() ? true : null, all.unreachable())));
        } else if (items.isEmpty() && form != Output.NAME) {
            out.println("No " + kind().plural() + " found");
        } else {
            printer.table(form, kind(), items, new ResourceTables.Shape(form == Output.WIDE, false, false), now());
        }
        if (!all.unreachable().isEmpty() && form != Output.JSON && form != Output.YAML) {
            out.println("Not shown, because their partitions cannot be reached now: "
                    + String.join(", ", all.unreachable()));
        }
    }
}
