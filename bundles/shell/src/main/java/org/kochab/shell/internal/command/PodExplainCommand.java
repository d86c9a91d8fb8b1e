package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.placement.PodPlacement;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.PlacementText;
import org.kochab.shell.internal.session.PodCompleter;

@Command(scope = "kochab", name = "pod-explain", description = "Says why a pod is where it is, or nowhere yet")
@Service
public class PodExplainCommand extends ResourceCommand {
    @Argument(index = 0, name = "pod", multiValued = true, required = true, description = "Name of the pod")
    @Completion(PodCompleter.class)
    @Nullable
    List<String> pods;

    @Option(name = "-o", aliases = "--output", description = "table, json or yaml")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "json", "yaml"})
    @Nullable
    String output;

    @Reference(optional = true)
    @Nullable
    PlacementExplainer explainer;

    @Override
    void run(PrintStream out) {
        Output form = Output.of(output);
        String name = one(pods, "pod").replaceFirst("^pod/", "");
        get(Kind.POD, name);
        PodPlacement placement = need(explainer, "placement explainer")
                .explain(scope().tenant(), scope().namespace(), name)
                .orElseThrow(
                        () -> new Failure(
                                "The tenant partition of tenant " + scope().tenant()
                                        + " cannot be reached now, or has not read the pod yet: see kochab:partition-list and try again"));
        var printer = new ResourcePrinter(out, codec, width());
        if (form == Output.JSON || form == Output.YAML) {
            printer.text(form, placement);
            return;
        }
        PlacementText.facts(name, placement).forEach(out::println);
        if (!placement.refusals().isEmpty()) {
            out.println();
            printer.print(PlacementText.refusals(placement));
        }
    }
}
