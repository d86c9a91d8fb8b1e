package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.model.Kind;

@Command(scope = "kochab", name = "node-list", description = "Shows all nodes")
@Service
public class NodeListCommand extends KindListCommand {
    @Override
    Kind kind() {
        return Kind.NODE;
    }
}
