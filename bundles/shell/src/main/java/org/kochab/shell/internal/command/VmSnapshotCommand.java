package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.shell.internal.session.PodCompleter;

@Command(
        scope = "kochab",
        name = "vm-snapshot",
        description = "Keeps the memory and the disks of a pod's virtual machine under a name",
        detailedDescription =
                "kochab:vm-snapshot POD NAME. A snapshot of that name is replaced; all go when the machine ends.")
@Service
public class VmSnapshotCommand extends MachineCommand {
    @Argument(index = 0, name = "words", multiValued = true, description = "Name of the pod, then of the snapshot")
    @Completion(PodCompleter.class)
    @Nullable
    List<String> words;

    @Override
    void run(PrintStream out) throws InterruptedException {
        act(out, words, Action.SNAPSHOT);
    }
}
