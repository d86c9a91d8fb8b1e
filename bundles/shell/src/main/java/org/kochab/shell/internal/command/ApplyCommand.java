package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.ResourceException;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.KindNames;

@Command(
        scope = "kochab",
        name = "apply",
        description = "Creates or changes resources as manifests say",
        detailedDescription =
                "Every manifest is read before anything is changed. A resource that is refused does not stop the others; the command then fails and says which.")
@Service
public class ApplyCommand extends ManifestCommand {
    @Argument(index = 0, name = "files", multiValued = true, description = "Manifests, or folders of manifests")
    @Completion(FileCompleter.class)
    @Nullable
    List<String> more;

    @Option(name = "--dry-run", description = "Checks and says what would be done, and changes nothing")
    boolean dryRun;

    @Option(name = "-o", aliases = "--output", description = "table, json, yaml or name")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "json", "yaml", "name"})
    @Nullable
    String output;

    @Override
    void run(PrintStream out) {
        Output form = Output.of(output);
        List<String> warnings = new ArrayList<>();
        List<Item> items = items(some(more), warnings);
        warnings.forEach(w -> session.getConsole().println("Warning: " + w));
        List<Resource> done = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Item item : items) {
            String name = KindNames.qualified(
                    item.kind(), String.valueOf(item.resource().metadata().name()));
            try {
                Applied applied = dryRun
                        ? resources().dryRun(item.tenant(), item.resource())
                        : resources().apply(item.tenant(), item.resource());
                done.add(applied.resource());
                String stored = KindNames.qualified(
                        item.kind(),
                        String.valueOf(applied.resource().metadata().name()));
                if (form == Output.NAME) {
                    out.println(stored);
                } else if (form == Output.TABLE || form == Output.WIDE) {
                    out.println(stored + " " + applied.change().name().toLowerCase(Locale.ROOT)
                            + (dryRun ? " (dry run)" : ""));
                }
            } catch (ResourceException e) {
                refused.add(name + ": " + e.getMessage());
            }
        }
        if (form == Output.JSON || form == Output.YAML) {
            new ResourcePrinter(out, codec, width())
                    .text(form, done.size() == 1 ? done.get(0) : Output.Document.of(done, null));
        }
        if (!refused.isEmpty()) {
            throw new Failure(
                    items.size() == 1
                            ? refused.get(0)
                            : refused.size() + " of " + items.size() + " were refused:\n" + String.join("\n", refused));
        }
    }
}
