package org.kochab.shell.internal.command;

import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;

@Command(
        scope = "kochab",
        name = "partition-suspend",
        description = "Takes a partition out of service until it is resumed",
        detailedDescription =
                "kochab:partition-suspend PARTITION: no member serves it, all it has stays; pods go on running")
@Service
public class PartitionSuspendCommand extends PartitionStageCommand {
    public PartitionSuspendCommand() {
        super("suspended");
    }

    @Override
    CompletionStage<Void> change(PartitionService service, PartitionId partition) {
        return service.suspend(partition);
    }
}
