package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PartitionThenSchedulerCompleter;

@Command(
        scope = "kochab",
        name = "scheduler-use",
        description = "Switches a tenant partition to another scheduler, between two batches",
        detailedDescription = "kochab:scheduler-use PARTITION SCHEDULER")
@Service
public class SchedulerUseCommand extends KochabCommand {
    @Argument(
            index = 0,
            name = "partition",
            multiValued = true,
            required = true,
            description = "Tenant partition, then the scheduler")
    @Completion(PartitionThenSchedulerCompleter.class)
    @Nullable
    List<String> words;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Reference(optional = true)
    @Nullable
    PluginService plugins;

    @Override
    void run(PrintStream out) throws InterruptedException {
        if (some(words).size() != 2) {
            throw new Failure("Name a tenant partition and a scheduler: kochab:scheduler-use tp-1 binpack");
        }
        var partition = new PartitionId(some(words).get(0));
        String scheduler = some(words).get(1);
        List<String> known = need(plugins, "plugin service").plugins().stream()
                .filter(p -> p.kind().equals(Plugin.SCHEDULER))
                .map(Plugin::name)
                .toList();
        if (!known.contains(scheduler)) {
            throw new Failure("There is no scheduler " + scheduler + " on this member, but "
                    + (known.isEmpty() ? "none at all" : String.join(", ", known)));
        }
        await(need(partitions, "partition service").useScheduler(partition, scheduler));
        out.println("partition/" + partition + " uses scheduler " + scheduler);
    }
}
