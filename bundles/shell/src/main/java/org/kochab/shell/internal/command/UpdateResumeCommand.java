package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.update.AgentUpdates;

@Command(scope = "kochab", name = "update-resume", description = "Goes on with an update that was paused")
@Service
public class UpdateResumeCommand extends UpdateCommandBase {
    @Override
    void change(AgentUpdates service, String name) {
        service.resume(name);
    }

    @Override
    String done() {
        return "resumed";
    }
}
