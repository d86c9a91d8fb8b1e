package org.kochab.shell.internal.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;

@Command(
        scope = "kochab",
        name = "plugin-list",
        description =
                "Shows what can be replaced: schedulers, placement plugins, controllers, stores, the bundles they come from, and what is wrong with them")
@Service
public class PluginListCommand extends ViewCommand<Plugin> {
    @Reference(optional = true)
    @Nullable
    PluginService plugins;

    public PluginListCommand() {
        super(Plugin.class, "plugins");
    }

    @Override
    List<Plugin> view() {
        return need(plugins, "plugin service").plugins();
    }

    @Override
    String nameOf(Plugin plugin) {
        return plugin.kind() + "/" + plugin.name();
    }
}
