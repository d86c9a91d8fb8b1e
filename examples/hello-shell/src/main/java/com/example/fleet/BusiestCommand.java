package com.example.fleet;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;

/** Shows which nodes have most of a tenant's pods. */
@Command(scope = "fleet", name = "busiest", description = "Shows which nodes have most of a tenant's pods")
@Service
public final class BusiestCommand implements Action {
    @Option(name = "--tenant", description = "Whose pods")
    String tenant = "default";

    @Option(name = "--limit", description = "Most nodes to show")
    int limit = 10;

    @Reference
    @Nullable
    ResourceService resources;

    @Override
    public @Nullable Object execute() {
        Map<String, Integer> pods = new TreeMap<>();
        Query query = Query.namespace(null);
        ResourcePage page;
        do {
            page = resources.list(new TenantId(tenant), Kind.POD, query);
            for (Resource r : page.items()) {
                if (r instanceof Pod pod && pod.spec() != null && pod.spec().nodeName() != null) {
                    pods.merge(pod.spec().nodeName(), 1, Integer::sum);
                }
            }
            query = query.page(query.limit(), page.next());
        } while (page.next().isPresent());
        ShellTable table = new ShellTable().emptyTableText("No pod of tenant " + tenant + " has a node");
        table.column("NODE");
        table.column("PODS").alignRight();
        pods.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
                .limit(limit)
                .forEach(e -> table.addRow().addContent(e.getKey(), e.getValue()));
        table.print(System.out);
        return null;
    }
}
