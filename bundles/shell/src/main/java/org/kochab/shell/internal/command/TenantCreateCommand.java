package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.shell.internal.session.TenantPartitionCompleter;

@Command(scope = "kochab", name = "tenant-create", description = "Makes a tenant")
@Service
public class TenantCreateCommand extends ResourceCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the tenant")
    @Nullable
    List<String> names;

    @Option(name = "--partition", description = "Tenant partition it is to live in; the platform chooses if not given")
    @Completion(TenantPartitionCompleter.class)
    @Nullable
    String partition;

    @Override
    void run(PrintStream out) {
        var name = new TenantId(one(names, "tenant"));
        var spec = partition == null ? null : Tenant.Spec.in(partition);
        resources()
                .create(
                        TenantId.SYSTEM,
                        new Tenant(
                                Kind.TENANT.apiVersion(),
                                Kind.TENANT.name(),
                                ObjectMeta.named(name.value()),
                                spec,
                                null));
        out.println("tenant/" + name + " created; kochab:tenant-use " + name + " makes it this session's");
    }
}
