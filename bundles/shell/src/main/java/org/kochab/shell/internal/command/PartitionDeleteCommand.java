package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.PartitionRemovals;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PartitionCompleter;

@Command(
        scope = "kochab",
        name = "partition-delete",
        description = "Removes a tenant partition or a resource manager that is empty",
        detailedDescription =
                "kochab:partition-delete PARTITION, with --drain to move its tenants to other tenant partitions, or its nodes to other resource managers, first; nothing restarts, agents follow by themselves; --status says how far it is, --abort gives it up")
@Service
public class PartitionDeleteCommand extends KochabCommand {
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name, for example tp-2")
    @Completion(PartitionCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--drain", description = "Move its tenants, or its nodes, to the others of its kind first")
    boolean drain;

    @Option(name = "--abort", description = "Give the removal up: what has left does not come back")
    boolean abort;

    @Option(name = "--status", description = "Say how far the removal is")
    boolean status;

    @Reference(optional = true)
    @Nullable
    PartitionRemovals removals;

    @Override
    void run(PrintStream out) throws InterruptedException {
        PartitionRemovals service = need(removals, "partition service");
        var id = new PartitionId(one(names, "partition"));
        if ((drain ? 1 : 0) + (abort ? 1 : 0) + (status ? 1 : 0) > 1) {
            throw new Failure("Use one of --drain, --abort and --status");
        }
        if (status) {
            out.println(line(service.await(id, Duration.ZERO)));
            return;
        }
        if (abort) {
            out.println(line(service.abort(id)));
            return;
        }
        PartitionRemoval now = service.begin(id, drain);
        try (var progress = new Progress(session)) {
            while (!now.state().isOver()) {
                progress.show(line(now) + " …");
                now = service.await(id, LOOK);
            }
        }
        if (now.state() == PartitionRemoval.State.GIVEN_UP) {
            throw new Failure(line(now));
        }
        out.println(line(now));
    }

    private static String line(PartitionRemoval r) {
        return "partition/" + r.id()
                + switch (r.state()) {
                    case DRAINING ->
                        " is being emptied: " + r.tenants() + " tenants or nodes left"
                                + (r.message().isEmpty() ? "" : "; " + r.message());
                    case CLOSING -> " is being removed: its leader lets go";
                    case DROPPING -> " is being removed: it is empty";
                    case REMOVED -> " removed";
                    case GIVEN_UP -> " stays: " + r.message();
                };
    }
}
