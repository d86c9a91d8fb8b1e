package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.update.AgentUpdates;

@Command(
        scope = "kochab",
        name = "update-pause",
        description = "Begins with no further node; those that are being updated finish")
@Service
public class UpdatePauseCommand extends UpdateCommandBase {
    @Override
    void change(AgentUpdates service, String name) {
        service.pause(name);
    }

    @Override
    String done() {
        return "paused";
    }
}
