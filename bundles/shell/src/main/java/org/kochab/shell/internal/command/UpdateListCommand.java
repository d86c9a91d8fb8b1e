package org.kochab.shell.internal.command;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.update.AgentUpdates;
import org.kochab.api.update.UpdateStatus;

@Command(scope = "kochab", name = "update-list", description = "Shows updates of nodes' agents")
@Service
public class UpdateListCommand extends ViewCommand<UpdateListCommand.Row> {
    @Reference(optional = true)
    @Nullable
    AgentUpdates updates;

    /** One update; {@code wave} is the present one of all. */
    public record Row(
            String name,
            String version,
            String state,
            String wave,
            int nodes,
            int updated,
            int failed,
            String message) {
        static Row of(UpdateStatus update) {
            return new Row(
                    update.spec().name(),
                    update.spec().version(),
                    word(update.state()),
                    update.wave() + "/" + update.spec().waves().size(),
                    update.counts().selected(),
                    update.counts().updated(),
                    update.counts().failed(),
                    update.message());
        }
    }

    public UpdateListCommand() {
        super(Row.class, "updates");
    }

    /** As Kubernetes writes states. */
    static String word(Enum<?> value) {
        return value.name().charAt(0) + value.name().substring(1).toLowerCase(Locale.ROOT);
    }

    @Override
    List<Row> view() {
        return need(updates, "update service").list().stream().map(Row::of).toList();
    }

    @Override
    String nameOf(Row row) {
        return row.name();
    }
}
