package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.KindCompleter;

@Command(scope = "kochab", name = "events", description = "Shows what has happened, the latest last")
@Service
public class EventsCommand extends ResourceCommand {
    private static final int MOST = 100_000;

    @Argument(
            index = 0,
            name = "object",
            multiValued = true,
            description = "Only about KIND/NAME, or KIND NAME; everything if not given")
    @Completion(KindCompleter.class)
    @Nullable
    List<String> about;

    @Option(name = "-A", aliases = "--all-namespaces", description = "All namespaces of the tenant")
    boolean allNamespaces;

    @Option(name = "--limit", description = "Only so many of the latest; 100 if not given")
    int limit = 100;

    @Option(name = "-o", aliases = "--output", description = "table, wide, json, yaml or name")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "wide", "json", "yaml", "name"})
    @Nullable
    String output;

    @Option(name = "-w", aliases = "--watch", description = "Goes on showing events until interrupted")
    boolean watch;

    @Override
    void run(PrintStream out) {
        Output form = Output.of(output);
        String object = object();
        Query query = Query.namespace(allNamespaces ? null : scope().namespace());
        var printer = new ResourcePrinter(out, codec, width());
        var shape = new ResourceTables.Shape(form == Output.WIDE, allNamespaces, false);
        if (watch) {
            var stream = printer.stream(form, Kind.EVENT, shape);
            new Watching(resources(), scope().tenant(), Kind.EVENT, query)
                    .run(batch -> stream.accept(about(batch, object)), () -> !out.checkError());
            return;
        }
        List<Resource> all =
                latest(about(list(scope().tenant(), Kind.EVENT, query, MOST).items(), object));
        if (form == Output.JSON || form == Output.YAML) {
            printer.text(form, Output.Document.of(all, null));
        } else if (all.isEmpty()) {
            out.println(
                    "No events found " + (allNamespaces ? "in tenant " + scope().tenant() : scope().where(Kind.EVENT)));
        } else {
            printer.header(form, Kind.EVENT, scope(), allNamespaces, false);
            printer.table(form, Kind.EVENT, all, shape, now());
        }
    }

    private String object() {
        List<String> words = some(about);
        if (words.size() > 2 || words.size() == 1 && !words.get(0).contains("/")) {
            throw new Failure("Say what the events are about as KIND/NAME or KIND NAME");
        }
        if (words.isEmpty()) {
            return "";
        }
        String[] parts =
                words.size() == 2 ? words.toArray(String[]::new) : words.get(0).split("/", 2);
        return kind(parts[0]).name().toLowerCase(Locale.ROOT) + "/" + parts[1];
    }

    private static List<Resource> about(List<Resource> events, String object) {
        return events.stream()
                .filter(r -> object.isEmpty() || ResourceTables.about((Event) r).equals(object))
                .toList();
    }

    private List<Resource> latest(List<Resource> events) {
        List<Resource> sorted = events.stream()
                .sorted(Comparator.comparing(
                        r -> ((Event) r).lastTimestamp() == null ? Instant.EPOCH : ((Event) r).lastTimestamp()))
                .toList();
        return sorted.subList(Math.max(0, sorted.size() - Math.max(0, limit)), sorted.size());
    }
}
