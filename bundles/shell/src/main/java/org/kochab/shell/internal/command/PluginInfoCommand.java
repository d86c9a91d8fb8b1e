package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Facts;
import org.kochab.shell.internal.session.PluginCompleter;

@Command(
        scope = "kochab",
        name = "plugin-info",
        description =
                "Shows what vendors' files are installed on this member; all there is to know of one that is named")
@Service
public class PluginInfoCommand extends ViewCommand<PluginPackage> {
    @Argument(index = 0, name = "name", multiValued = true, description = "Name of the plugin; all without it")
    @Completion(PluginCompleter.class)
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    PluginPackages packages;

    public PluginInfoCommand() {
        super(PluginPackage.class, "plugins");
    }

    /** One line of the table. */
    public record Row(
            String name, String version, String state, int bundles, String signer, String age, String message) {}

    @Override
    void run(PrintStream out) {
        if (Output.of(output) != Output.TABLE) {
            super.run(out);
        } else if (some(names).isEmpty()) {
            List<Row> rows = view().stream().map(PluginInfoCommand::row).toList();
            new ResourcePrinter(out, codec, width()).records(Output.TABLE, Row.class, rows, "No plugins found");
        } else {
            view().forEach(p -> describe(p, out));
        }
    }

    private static Row row(PluginPackage p) {
        return new Row(
                p.name(),
                p.version(),
                UpdateListCommand.word(p.state()),
                p.bundles().size(),
                signer(p),
                Ages.since(p.installed(), Instant.now()),
                p.message());
    }

    private static String signer(PluginPackage p) {
        return p.signer().isEmpty() ? "none" : p.signer() + (p.trusted() ? "" : " (not trusted)");
    }

    private static void describe(PluginPackage p, PrintStream out) {
        out.println(Facts.line("Name", p.name()));
        out.println(Facts.line("Version", p.version()));
        out.println(Facts.line(
                "State", UpdateListCommand.word(p.state()) + (p.message().isEmpty() ? "" : ": " + p.message())));
        out.println(Facts.line("File", p.source()));
        out.println(Facts.line("SHA-256", p.sha256()));
        out.println(Facts.line("Signer", signer(p)));
        out.println(Facts.line("Installed", String.valueOf(p.installed())));
        lines(
                "Bundles",
                p.bundles().stream()
                        .map(b -> b.symbolicName() + " " + b.version() + " " + b.state())
                        .toList(),
                out);
        lines("Services", p.services(), out);
        lines("Imports", p.imports(), out);
        lines("Notes", p.notes(), out);
    }

    private static void lines(String name, List<String> values, PrintStream out) {
        out.println(Facts.line(name, values.isEmpty() ? "none" : values.get(0)));
        values.stream().skip(1).forEach(v -> out.println(Facts.more(v)));
    }

    @Override
    List<PluginPackage> view() {
        PluginPackages service = need(packages, "plugin installer");
        return some(names).isEmpty() ? service.list() : List.of(service.get(one(names, "plugin")));
    }

    @Override
    String nameOf(PluginPackage plugin) {
        return plugin.name();
    }
}
