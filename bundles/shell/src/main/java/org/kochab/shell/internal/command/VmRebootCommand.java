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
        name = "vm-reboot",
        description = "Resets the virtual machine of a pod",
        detailedDescription = "As the reset button does: the guest is not asked first. What it has on its disks stays.")
@Service
public class VmRebootCommand extends MachineCommand {
    @Argument(index = 0, name = "pod", multiValued = true, description = "Name of the pod")
    @Completion(PodCompleter.class)
    @Nullable
    List<String> words;

    @Override
    void run(PrintStream out) throws InterruptedException {
        act(out, one(words, "pod"), Action.REBOOT, null);
    }
}
