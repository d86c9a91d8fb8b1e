package org.kochab.shell.internal.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;

@Command(scope = "kochab", name = "scheduler-list", description = "Shows schedulers and the partitions that use them")
@Service
public class SchedulerListCommand extends ViewCommand<SchedulerListCommand.Row> {
    @Reference(optional = true)
    @Nullable
    PluginService plugins;

    /** One scheduler. */
    public record Row(String name, String state, List<String> usedBy, String bundle, String version, String message) {}

    public SchedulerListCommand() {
        super(Row.class, "schedulers");
    }

    @Override
    List<Row> view() {
        return need(plugins, "plugin service").plugins().stream()
                .filter(p -> p.kind().equals(Plugin.SCHEDULER))
                .map(p -> new Row(p.name(), p.state(), p.usedBy(), p.bundle(), p.version(), p.message()))
                .toList();
    }

    @Override
    String nameOf(Row row) {
        return row.name();
    }
}
