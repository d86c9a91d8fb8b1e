package ${package};

import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;

/** Counts a tenant's pods by what they are doing. */
@Command(scope = "${artifactId}", name = "pods", description = "Counts a tenant's pods by phase")
@Service
public final class ${className} implements Action {
    @Option(name = "--tenant", description = "Whose pods")
    String tenant = "default";

    @Reference
    ResourceService resources;

    @Override
    public Object execute() {
        Map<String, Integer> phases = new TreeMap<>();
        Query query = Query.namespace(null);
        ResourcePage page;
        do {
            page = resources.list(new TenantId(tenant), Kind.POD, query);
            count(page.items(), phases);
            query = query.page(query.limit(), page.next());
        } while (page.next().isPresent());
        ShellTable table = new ShellTable().emptyTableText("Tenant " + tenant + " has no pods");
        table.column("PHASE");
        table.column("PODS").alignRight();
        phases.forEach((phase, pods) -> table.addRow().addContent(phase, pods));
        table.print(System.out);
        return null;
    }

    static void count(Iterable<Resource> pods, Map<String, Integer> phases) {
        for (Resource resource : pods) {
            Pod pod = (Pod) resource;
            String phase = pod.status() == null ? "Pending" : String.valueOf(pod.status().phase());
            phases.merge(phase, 1, Integer::sum);
        }
    }
}
