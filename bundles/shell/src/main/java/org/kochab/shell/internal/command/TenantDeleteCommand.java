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
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.session.TenantCompleter;

@Command(scope = "kochab", name = "tenant-delete", description = "Deletes a tenant with everything in it")
@Service
public class TenantDeleteCommand extends ResourceCommand {
    @Argument(index = 0, name = "name", multiValued = true, required = true, description = "Name of the tenant")
    @Completion(TenantCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--wait", description = "Waits until it is gone")
    boolean wait;

    @Option(name = "--timeout", description = "How long to wait, for example 30s or 5m")
    String timeout = "10m";

    @Override
    void run(PrintStream out) throws InterruptedException {
        ResourceRef ref = scope().ref(Kind.TENANT, one(names, "tenant"));
        Gone gone = new Gone(resources(), session);
        if (wait) {
            gone.expect(ref);
        }
        resources().delete(ref, DeleteOptions.DEFAULT);
        if (wait) {
            gone.await(Ages.parse("--timeout", timeout));
        }
        out.println("tenant/" + ref.name() + " deleted");
    }
}
