package org.kochab.shell.internal.session;

import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;

/** Completes tenant partitions and schedulers, for a command that takes one of each. */
@Service
public final class PartitionThenSchedulerCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Reference(optional = true)
    @Nullable
    PluginService plugins;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        Stream<String> tenants = partitions == null
                ? Stream.of()
                : partitions.partitions().stream()
                        .filter(p -> p.spec().kind() == PartitionKind.TENANT)
                        .map(p -> p.spec().id().value());
        Stream<String> schedulers = plugins == null
                ? Stream.of()
                : plugins.plugins().stream()
                        .filter(p -> p.kind().equals(Plugin.SCHEDULER))
                        .map(Plugin::name);
        return new StringsCompleter(Stream.concat(tenants, schedulers).toList()).complete(session, line, candidates);
    }
}
