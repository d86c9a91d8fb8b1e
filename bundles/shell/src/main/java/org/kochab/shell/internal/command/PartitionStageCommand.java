package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.shell.internal.session.PartitionCompleter;

/** Puts one partition into another stage. */
abstract class PartitionStageCommand extends KochabCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name, for example tp-2")
    @Completion(PartitionCompleter.class)
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    private final String done;

    /** @param done what is said of the partition afterwards */
    PartitionStageCommand(String done) {
        this.done = done;
    }

    abstract CompletionStage<Void> change(PartitionService service, PartitionId partition);

    @Override
    void run(PrintStream out) throws InterruptedException {
        var partition = new PartitionId(one(names, "partition"));
        await(change(need(partitions, "partition service"), partition));
        out.println("partition/" + partition + " " + done);
    }
}
