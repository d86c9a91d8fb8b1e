package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PluginCompleter;

@Command(
        scope = "kochab",
        name = "plugin-update",
        description =
                "Puts another version of a plugin in its place, on one member after the other, and the former one back if it"
                        + " is not well",
        detailedDescription =
                "kochab:plugin-update NAME FILE | mvn:GROUP/ARTIFACT/VERSION. The new version is looked at as"
                        + " kochab:plugin-install does. On each member the former one is stopped, and it is removed when"
                        + " the new one is well on all of them.")
@Service
public class PluginUpdateCommand extends PluginRequestCommand {
    @Argument(index = 0, name = "name", required = true, description = "Name of the plugin")
    @Completion(PluginCompleter.class)
    @Nullable
    String plugin;

    @Argument(
            index = 1,
            name = "file",
            multiValued = true,
            required = true,
            description = "A jar or KAR on this member, or mvn:GROUP/ARTIFACT/VERSION")
    @Completion(FileCompleter.class)
    @Nullable
    List<String> files;

    @Override
    void run(PrintStream out) {
        if (plugin == null) {
            throw new Failure("Name a plugin: kochab:plugin-info lists them");
        }
        out.println(said(service().update(plugin, request(one(files, "file"))), "updated"));
    }
}
