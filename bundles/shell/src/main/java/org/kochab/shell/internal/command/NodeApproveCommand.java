package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.NodeIdentity;

@Command(
        scope = "kochab",
        name = "node-approve",
        description = "Lets nodes that wait for it join",
        detailedDescription = "A machine asks again within half a minute and then gets its certificate.")
@Service
public class NodeApproveCommand extends IdentityCommandBase {
    @Override
    NodeIdentity change(NodeIdentities service, String resourceManager, String node) {
        return service.approve(resourceManager, node);
    }

    @Override
    String done() {
        return "approved";
    }
}
