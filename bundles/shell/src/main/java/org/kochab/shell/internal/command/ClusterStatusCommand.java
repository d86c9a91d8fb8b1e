package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.shell.internal.core.ClusterView;
import org.kochab.shell.internal.core.Failure;
import org.kochab.spi.mqtt.MqttBroker;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StoreReport;

@Command(scope = "kochab", name = "cluster-status", description = "Says how the platform is, as this member sees it")
@Service
public class ClusterStatusCommand extends ResourceCommand {
    @Option(name = "-o", aliases = "--output", description = "table, json or yaml")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "json", "yaml"})
    @Nullable
    String output;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Reference(optional = true)
    @Nullable
    List<PartitionStore> stores;

    @Reference(optional = true)
    @Nullable
    List<StoreReport> reports;

    @Reference(optional = true)
    @Nullable
    MqttBroker broker;

    @Override
    void run(PrintStream out) {
        Output form = Output.of(output);
        ClusterView view = view();
        if (form == Output.JSON || form == Output.YAML) {
            new ResourcePrinter(out, codec, width()).text(form, view);
        } else {
            view.lines().forEach(out::println);
        }
        if (partitions == null || resources == null) {
            throw new Failure("The platform is not ready on this member yet");
        }
    }

    private ClusterView view() {
        List<String> problems = new ArrayList<>();
        List<PartitionStatus> all = partitions == null ? List.of() : partitions.partitions();
        if (partitions == null) {
            problems.add("The partition service is not running on this member: see scr:list");
        }
        int serving = 0;
        for (PartitionStatus p : all) {
            if (p.state().equals("Serving") || p.state().equals("Follower")) {
                serving++;
            } else {
                problems.add("Partition " + p.spec().id() + " is " + p.state()
                        + (p.message().isEmpty() ? "" : ": " + p.message()));
            }
        }
        List<String> storeStates = stores(problems);
        Map<String, Integer> nodes = new TreeMap<>();
        Map<String, Integer> pods = new TreeMap<>();
        int tenants = 0;
        try {
            count(TenantId.SYSTEM, Kind.NODE, problems, nodes);
            for (TenantId t : tenants()) {
                tenants++;
                try {
                    count(t, Kind.POD, problems, pods);
                } catch (ResourceException e) {
                    problems.add("Tenant " + t + ": " + e.getMessage());
                }
            }
        } catch (ResourceException | Failure e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new ClusterView(
                partitions == null ? "" : partitions.member(),
                all.size(),
                serving,
                storeStates,
                broker == null ? null : broker.status().connections(),
                nodes,
                tenants,
                pods,
                problems);
    }

    private List<String> stores(List<String> problems) {
        List<String> states = new ArrayList<>();
        for (PartitionStore s : stores == null ? List.<PartitionStore>of() : stores) {
            StoreHealth health = s.health();
            states.add(s.name() + " " + health.state());
            if (health.state() != StoreHealth.State.READY) {
                problems.add("Store " + s.name() + ": " + health.message());
            }
        }
        for (StoreReport r : reports == null || !states.isEmpty() ? List.<StoreReport>of() : reports) {
            StoreHealth health = r.health();
            states.add(r.name() + " " + health.state());
            problems.add("Store " + r.name() + " cannot be used: " + health.message());
        }
        if (states.isEmpty()) {
            problems.add("No store is ready on this member: see kochab:plugin-list and log:display");
        }
        return states;
    }

    /** Counts by phase, a page at a time. */
    private void count(TenantId of, Kind kind, List<String> problems, Map<String, Integer> phases) {
        Optional<String> next = Optional.empty();
        do {
            ResourcePage page = resources().list(of, kind, Query.namespace(null).page(1000, next));
            page.unreachable().forEach(p -> problems.add("Partition " + p + " cannot be reached"));
            page.items().forEach(r -> {
                String phase = r instanceof Node n && n.status() != null
                        ? n.status().phase()
                        : r instanceof Pod p && p.status() != null ? p.status().phase() : null;
                phases.merge(phase == null ? "Unknown" : phase, 1, Integer::sum);
            });
            next = page.next();
        } while (next.isPresent());
    }
}
