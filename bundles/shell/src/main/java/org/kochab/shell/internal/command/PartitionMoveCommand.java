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
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PartitionThenMemberCompleter;

@Command(
        scope = "kochab",
        name = "partition-move",
        description = "Hands a partition over to another member",
        detailedDescription = "kochab:partition-move PARTITION MEMBER")
@Service
public class PartitionMoveCommand extends KochabCommand {
    @Argument(
            index = 0,
            name = "partition",
            multiValued = true,
            required = true,
            description = "Partition, then the member that is to lead it")
    @Completion(PartitionThenMemberCompleter.class)
    @Nullable
    List<String> words;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Override
    void run(PrintStream out) throws InterruptedException {
        if (some(words).size() != 2) {
            throw new Failure("Name a partition and a member: kochab:partition-move tp-1 member-2");
        }
        var partition = new PartitionId(some(words).get(0));
        String member = some(words).get(1);
        await(need(partitions, "partition service").move(partition, member));
        out.println("partition/" + partition + " is led by member " + member);
    }
}
