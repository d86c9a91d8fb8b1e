package org.kochab.shell.internal.command;

import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;

@Command(scope = "kochab", name = "store-list", description = "Shows the stores of this member and how they are")
@Service
public class StoreListCommand extends ViewCommand<StoreListCommand.Row> {
    @Reference(optional = true)
    @Nullable
    List<PartitionStore> stores;

    /** One store; times in microseconds. */
    public record Row(
            String name,
            String state,
            int members,
            int quorum,
            long commitP50Micros,
            long commitP99Micros,
            String durability,
            String message) {}

    public StoreListCommand() {
        super(Row.class, "stores");
    }

    @Override
    List<Row> view() {
        List<PartitionStore> all = stores;
        return all == null
                ? List.of()
                : all.stream()
                        .map(s -> row(s.name(), s.health()))
                        .sorted(Comparator.comparing(Row::name))
                        .toList();
    }

    private static Row row(String name, StoreHealth health) {
        return new Row(
                name,
                health.state().name(),
                health.members(),
                health.quorum(),
                health.commitMicrosP50(),
                health.commitMicrosP99(),
                health.durability(),
                health.message());
    }

    @Override
    String nameOf(Row row) {
        return row.name();
    }
}
