package org.kochab.shell.internal.command;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StoreReport;

@Command(scope = "kochab", name = "store-list", description = "Shows the stores of this member and how they are")
@Service
public class StoreListCommand extends ViewCommand<StoreListCommand.Row> {
    @Reference(optional = true)
    @Nullable
    List<PartitionStore> stores;

    @Reference(optional = true)
    @Nullable
    List<StoreReport> reports;

    /** One store; times in microseconds, {@code missing} is what this member still has to copy. */
    public record Row(
            String name,
            String state,
            int members,
            int quorum,
            int copies,
            int missing,
            long commitP50Micros,
            long commitP99Micros,
            long diskP50Micros,
            long diskP99Micros,
            String durability,
            String message) {}

    public StoreListCommand() {
        super(Row.class, "stores");
    }

    @Override
    List<Row> view() {
        // A store that cannot be used is not there; then there may be a report of it.
        Map<String, StoreHealth> all = new TreeMap<>();
        if (reports != null) {
            reports.forEach(r -> all.put(r.name(), r.health()));
        }
        if (stores != null) {
            stores.forEach(s -> all.put(s.name(), s.health()));
        }
        return all.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList();
    }

    private static Row row(String name, StoreHealth health) {
        return new Row(
                name,
                health.state().name(),
                health.members(),
                health.quorum(),
                health.copies(),
                health.missing(),
                health.commitMicrosP50(),
                health.commitMicrosP99(),
                health.diskMicrosP50(),
                health.diskMicrosP99(),
                health.durability(),
                health.message());
    }

    @Override
    String nameOf(Row row) {
        return row.name();
    }
}
