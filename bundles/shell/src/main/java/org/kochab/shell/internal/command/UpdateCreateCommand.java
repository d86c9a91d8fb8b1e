package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.update.AgentUpdates;
import org.kochab.api.update.UpdateSpec;
import org.kochab.api.update.Wave;
import org.kochab.resourcetext.Ages;
import org.kochab.resourcetext.Selectors;
import org.kochab.shell.internal.core.Failure;

@Command(
        scope = "kochab",
        name = "update-create",
        description = "Updates the agents of nodes over the air, in waves",
        detailedDescription =
                "kochab:update-create NAME --version V --url U --sha256 S. Begins with a few nodes and goes on if they"
                        + " are well; stops if more than --max-failures fail. A node whose new agent does not prove"
                        + " healthy goes back to its former one by itself. To go back to a former version, update to it.")
@Service
public class UpdateCreateCommand extends KochabCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the update")
    @Nullable
    List<String> names;

    @Option(name = "--version", description = "Version that nodes are to run, as the archive's file VERSION has it")
    @Nullable
    String version;

    @Option(
            name = "--url",
            description = "Where nodes fetch the archive: https:, file:, or http: on a loopback address")
    @Nullable
    String url;

    @Option(name = "--sha256", description = "Digest of the archive, as sha256sum prints it")
    @Nullable
    String sha256;

    @Option(
            name = "-l",
            aliases = "--selector",
            description = "Labels of the nodes, such as site=hall-7; all nodes without it")
    @Nullable
    String selector;

    @Option(name = "--waves", description = "How many nodes each wave ends with: numbers, or percent of all, in quotes")
    String waves = "1,10%,100%";

    @Option(name = "--max-failures", description = "How many nodes may fail before the update stops")
    int maxFailures;

    @Option(name = "--min-done", description = "Percent of a wave that must be done before the next begins")
    int minDone = 100;

    @Option(name = "--timeout", description = "How long a node may take while it is heard of, such as 10m")
    String timeout = "10m";

    @Option(name = "--parallel", description = "How many nodes are updated at once")
    int parallel = 50;

    @Reference(optional = true)
    @Nullable
    AgentUpdates updates;

    @Override
    void run(PrintStream out) {
        AgentUpdates service = need(updates, "update service");
        LabelSelector nodes = Selectors.labels(selector);
        UpdateSpec spec = new UpdateSpec(
                one(names, "update"),
                given("--version", version),
                given("--url", url),
                given("--sha256", sha256),
                nodes == null ? new LabelSelector(Map.of(), List.of()) : nodes,
                Arrays.stream(waves.split(",")).map(Wave::parse).toList(),
                maxFailures,
                minDone,
                Math.toIntExact(Ages.parse("--timeout", timeout).toSeconds()),
                parallel);
        service.create(spec);
        out.println("update/" + spec.name() + " created; kochab:update-show " + spec.name() + " says how it goes");
    }

    private static String given(String option, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new Failure("Say " + option + ": kochab:update-create --help shows how");
        }
        return value;
    }
}
