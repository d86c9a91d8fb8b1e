package org.kochab.shell.internal.session;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;

/** Completes names of stores. */
@Service
public final class StoreCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    PluginService plugins;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (plugins == null) {
            return -1;
        }
        List<String> names = plugins.plugins().stream()
                .filter(p -> p.kind().equals(Plugin.STORE))
                .map(Plugin::name)
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
