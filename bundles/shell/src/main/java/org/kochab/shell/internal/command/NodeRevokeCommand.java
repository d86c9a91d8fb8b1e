package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.NodeIdentity;

@Command(
        scope = "kochab",
        name = "node-revoke",
        description = "Makes the certificates of nodes useless and cuts their connections",
        detailedDescription =
                "Pods go on running on the machine. To let it join again: kochab:node-token-create --node NODE.")
@Service
public class NodeRevokeCommand extends IdentityCommandBase {
    @Override
    NodeIdentity change(NodeIdentities service, String resourceManager, String node) {
        return service.revoke(resourceManager, node);
    }

    @Override
    String done() {
        return "revoked";
    }
}
