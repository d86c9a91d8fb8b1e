package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.shell.internal.core.Explain;
import org.kochab.shell.internal.core.ExplainSchema;
import org.kochab.shell.internal.core.RecordTable;
import org.kochab.shell.internal.session.KindCompleter;

@Command(
        scope = "kochab",
        name = "explain",
        description = "Explains kinds and their fields",
        detailedDescription = "kochab:explain lists the kinds; kochab:explain pod.spec.containers explains a field.")
@Service
public class ExplainCommand extends ResourceCommand {
    @Argument(index = 0, name = "field", multiValued = true, description = "KIND or KIND.field.field")
    @Completion(KindCompleter.class)
    @Nullable
    List<String> fields;

    /** One kind. */
    public record Row(
            String kind, String apiVersion, String plural, List<String> shortNames, String scope, String from) {}

    @Override
    void run(PrintStream out) {
        if (some(fields).isEmpty()) {
            List<Row> rows = new ArrayList<>();
            for (Kind k : kinds()) {
                rows.add(new Row(
                        k.name(),
                        k.apiVersion(),
                        k.plural(),
                        k.shortNames(),
                        k.scope().name(),
                        !k.isCustom() ? "built in" : k.isOfTenant() ? "tenant" : "shared"));
            }
            new ResourcePrinter(out, codec, width()).print(RecordTable.of(Row.class, rows));
            return;
        }
        List<String> parts = Arrays.asList(one(fields, "kind or field").split("\\."));
        Kind k = kind(parts.get(0));
        List<String> path = parts.subList(1, parts.size());
        (k.isCustom() ? ExplainSchema.of(k, path) : Explain.of(k, path)).forEach(out::println);
    }
}
