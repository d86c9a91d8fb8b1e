package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.update.AgentUpdates;
import org.kochab.api.update.UpdateStatus;
import org.kochab.api.update.Wave;

@Command(
        scope = "kochab",
        name = "update-show",
        description =
                "Shows an update of nodes' agents, with the nodes that are being updated, have failed or are away")
@Service
public class UpdateShowCommand extends ViewCommand<UpdateShowCommand.Row> {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the update")
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    AgentUpdates updates;

    /** One node. */
    public record Row(String node, String manager, String stage, String version, String reason) {}

    public UpdateShowCommand() {
        super(Row.class, "nodes that are being updated, have failed or are away");
    }

    @Override
    void run(PrintStream out) {
        if (Output.of(output) == Output.TABLE) {
            UpdateStatus u = find();
            UpdateStatus.Counts n = u.counts();
            out.println("Name:     " + u.spec().name());
            out.println("Version:  " + u.spec().version() + " from " + u.spec().url());
            out.println("State:    " + UpdateListCommand.word(u.state())
                    + (u.message().isEmpty() ? "" : ": " + u.message()));
            out.println("Waves:    "
                    + u.spec().waves().stream().map(Wave::toString).collect(Collectors.joining(", ")) + "; now wave "
                    + u.wave());
            out.println("Nodes:    " + n.selected() + ": " + n.updated() + " updated, " + n.failed() + " failed of "
                    + u.spec().maxFailures() + " that may, " + n.updating() + " being updated, " + n.waiting()
                    + " waiting, "
                    + n.away() + " away");
            if (!u.unreachable().isEmpty()) {
                out.println("Unknown:  nodes of " + String.join(", ", u.unreachable()) + ", which cannot be asked now");
            }
            out.println();
        }
        super.run(out);
    }

    private UpdateStatus find() {
        return need(updates, "update service").get(one(names, "update"));
    }

    @Override
    List<Row> view() {
        return find().nodes().stream()
                .map(n -> new Row(
                        n.node(), n.resourceManager(), UpdateListCommand.word(n.stage()), n.version(), n.reason()))
                .toList();
    }

    @Override
    String nameOf(Row row) {
        return row.node();
    }
}
