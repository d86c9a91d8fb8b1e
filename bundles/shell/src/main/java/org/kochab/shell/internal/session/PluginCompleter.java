package org.kochab.shell.internal.session;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;

/** Completes names of plugins that were installed. */
@Service
public class PluginCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    PluginPackages packages;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (packages == null) {
            return -1;
        }
        List<String> names = packages.list().stream().map(PluginPackage::name).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
