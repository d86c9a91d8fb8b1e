package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.shell.internal.session.Scope;
import org.kochab.shell.internal.session.TenantCompleter;

@Command(
        scope = "kochab",
        name = "tenant-use",
        description = "Makes a tenant, and with -n a namespace, this session's",
        detailedDescription = "Commands then need no --tenant. Without -n the namespace becomes 'default'.")
@Service
public class TenantUseCommand extends ResourceCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the tenant")
    @Completion(TenantCompleter.class)
    @Nullable
    List<String> names;

    @Override
    void run(PrintStream out) {
        String name = one(names, "tenant");
        get(Kind.TENANT, name);
        String space = namespace == null ? Scope.DEFAULT : namespace;
        session.put(Scope.TENANT, name);
        session.put(Scope.NAMESPACE, space);
        out.println("This session uses tenant " + name + ", namespace " + space);
    }
}
