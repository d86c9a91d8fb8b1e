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
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.shell.internal.core.Failure;

@Command(scope = "kochab", name = "partition-create", description = "Adds a tenant partition or a resource manager")
@Service
public class PartitionCreateCommand extends KochabCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name, for example tp-2")
    @Nullable
    List<String> names;

    @Option(name = "--kind", description = "tenant or resource-manager")
    @Completion(
            value = StringsCompleter.class,
            values = {"tenant", "resource-manager"})
    String kind = "tenant";

    @Option(name = "--store", description = "Store that keeps it; the directory's own if not given")
    @Nullable
    String store;

    @Option(name = "--scheduler", description = "Scheduler of a tenant partition; spread if not given")
    String scheduler = "spread";

    @Option(name = "--dedicated", description = "A tenant partition that takes only tenants that name it")
    boolean dedicated;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Override
    void run(PrintStream out) throws InterruptedException {
        PartitionService service = need(partitions, "partition service");
        var id = new PartitionId(one(names, "partition"));
        PartitionKind k =
                switch (kind) {
                    case "tenant" -> PartitionKind.TENANT;
                    case "resource-manager" -> PartitionKind.RESOURCE_MANAGER;
                    default -> throw new Failure("Option --kind is '" + kind + "': use tenant or resource-manager");
                };
        if (dedicated && k != PartitionKind.TENANT) {
            throw new Failure("Option --dedicated is for tenant partitions: a resource manager has no tenants");
        }
        try (var progress = new Progress(session)) {
            progress.show("Waiting for a leader of " + id + " …");
            await(service.create(new PartitionSpec(
                            id,
                            k,
                            store != null ? store : storeOfDirectory(service),
                            k == PartitionKind.TENANT ? scheduler : "")
                    .withDedicated(dedicated)));
        }
        out.println("partition/" + id + " created and serving");
    }

    private static String storeOfDirectory(PartitionService service) {
        return service.partitions().stream()
                .filter(p -> p.spec().kind() == PartitionKind.DIRECTORY)
                .map(p -> p.spec().store())
                .findFirst()
                .orElseThrow(() -> new Failure("The directory's store is not known now: name one with --store"));
    }
}
