package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.shell.internal.session.PluginCompleter;

@Command(
        scope = "kochab",
        name = "plugin-remove",
        description = "Takes out of all members what kochab:plugin-install installed")
@Service
public class PluginRemoveCommand extends KochabCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the plugin")
    @Completion(PluginCompleter.class)
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    PluginPackages packages;

    @Override
    void run(PrintStream out) {
        String name = one(names, "plugin");
        need(packages, "plugin installer").remove(name);
        out.println("plugin/" + name + " removed");
    }
}
