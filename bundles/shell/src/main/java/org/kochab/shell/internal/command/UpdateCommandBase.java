package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.update.AgentUpdates;

/** A command that changes an update that is there. */
abstract class UpdateCommandBase extends KochabCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the update")
    @Nullable
    List<String> names;

    @Reference(optional = true)
    @Nullable
    AgentUpdates updates;

    @Override
    void run(PrintStream out) {
        String name = one(names, "update");
        change(need(updates, "update service"), name);
        out.println("update/" + name + " " + done());
    }

    abstract void change(AgentUpdates service, String name);

    abstract String done();
}
