package org.kochab.shell.internal.command;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;

@Command(scope = "kochab", name = "partition-list", description = "Shows partitions, who leads them, and how they are")
@Service
public class PartitionListCommand extends ViewCommand<PartitionListCommand.Row> {
    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    /** One partition. */
    public record Row(
            String name,
            String kind,
            String state,
            String leader,
            long epoch,
            long revision,
            long entries,
            long watchers,
            String store,
            String scheduler,
            String placement,
            String message) {}

    public PartitionListCommand() {
        super(Row.class, "partitions");
    }

    static String kind(PartitionKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    List<Row> view() {
        PartitionService service = need(partitions, "partition service");
        return service.partitions().stream()
                .map(p -> row(p, service.tenantPlacement()))
                .toList();
    }

    /** How a tenant finds its way into the partition. */
    private static String placement(PartitionSpec spec, String policy) {
        if (spec.stage() != PartitionSpec.Stage.ACTIVE) {
            return "none: it is " + (spec.stage() == PartitionSpec.Stage.SUSPENDED ? "suspended" : "being removed");
        }
        return spec.kind() != PartitionKind.TENANT ? "" : spec.dedicated() ? "dedicated" : policy;
    }

    private static Row row(PartitionStatus p, String policy) {
        return new Row(
                p.spec().id().value(),
                kind(p.spec().kind()),
                p.state(),
                p.leader().orElse(""),
                p.epoch(),
                p.revision(),
                p.entries(),
                p.watchers(),
                p.spec().store(),
                p.spec().scheduler(),
                placement(p.spec(), policy),
                p.message());
    }

    @Override
    String nameOf(Row row) {
        return row.name();
    }
}
