package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.update.AgentUpdates;

@Command(scope = "kochab", name = "update-abort", description = "Ends an update; nodes keep what they have")
@Service
public class UpdateAbortCommand extends UpdateCommandBase {
    @Override
    void change(AgentUpdates service, String name) {
        service.abort(name);
    }

    @Override
    String done() {
        return "aborted";
    }
}
