package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.model.Kind;

@Command(scope = "kochab", name = "tenant-list", description = "Shows all tenants")
@Service
public class TenantListCommand extends KindListCommand {
    @Override
    Kind kind() {
        return Kind.TENANT;
    }
}
