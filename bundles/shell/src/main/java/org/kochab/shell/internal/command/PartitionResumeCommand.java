package org.kochab.shell.internal.command;

import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;

@Command(
        scope = "kochab",
        name = "partition-resume",
        description = "Puts a suspended partition back into service",
        detailedDescription = "kochab:partition-resume PARTITION")
@Service
public class PartitionResumeCommand extends PartitionStageCommand {
    public PartitionResumeCommand() {
        super("resumed");
    }

    @Override
    CompletionStage<Void> change(PartitionService service, PartitionId partition) {
        return service.resume(partition);
    }
}
