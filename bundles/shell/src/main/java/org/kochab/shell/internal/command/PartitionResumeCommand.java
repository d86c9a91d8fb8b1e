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
import org.kochab.shell.internal.session.PartitionCompleter;

@Command(
        scope = "kochab",
        name = "partition-resume",
        description = "Puts a suspended partition back into service",
        detailedDescription = "kochab:partition-resume PARTITION")
@Service
public class PartitionResumeCommand extends KochabCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name, for example tp-2")
    @Completion(PartitionCompleter.class)
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Override
    void run(PrintStream out) throws InterruptedException {
        var partition = new PartitionId(one(names, "partition"));
        await(need(partitions, "partition service").resume(partition));
        out.println("partition/" + partition + " resumed");
    }
}
