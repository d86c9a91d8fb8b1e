package org.kochab.benchmarks.pack;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.benchmarks.Workload;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/** The scheduling engine with all plugins of {@link Profile#BINPACK}, and those for GPUs. What it decides is fed back as claims. */
final class EnginePlacer implements Placer {
    /** Which devices a pod gets on the node that was decided. */
    private interface Choice {
        int devices(int slot, long cpu, int[] free, Shape shape);
    }

    private final String name;
    private final List<Host> hosts;
    private final ClusterModel model = new ClusterModel();
    private final Map<String, Integer> indexes = new HashMap<>();
    private final PluginSet plugins;
    private final Choice choice;
    private final long seed;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private int pods;
    private long nanos;
    private long cpuNanos;

    private EnginePlacer(String name, List<Host> hosts, PluginSet plugins, Choice choice, long seed) {
        this.name = name;
        this.hosts = hosts;
        this.plugins = plugins;
        this.choice = choice;
        this.seed = seed;
        for (int i = 0; i < hosts.size(); i++) {
            indexes.put(hosts.get(i).name(), i);
            model.putNode("rm1", node(hosts.get(i)), i + 1);
        }
    }

    /** Where most is in use; of devices, the one on which least stays free. */
    static EnginePlacer binpack(List<Host> hosts, long seed) {
        PluginSet plugins = Profile.BINPACK.plugins().with(List.of(new GpuShares()), List.of(), List.of());
        return new EnginePlacer(
                "Kochab, binpack", hosts, plugins, (slot, cpu, free, shape) -> Devices.tightest(free, shape), seed);
    }

    /** Where fragmentation falls most: nodes by {@link GpuFragmentation}, devices by the paper's measure. */
    static EnginePlacer fragmentation(List<Host> hosts, Fragmentation fragmentation, long seed) {
        Gradient gradient = new Gradient(fragmentation, hosts.size());
        PluginSet plugins = Profile.BINPACK
                .plugins()
                .with(List.of(new GpuShares()), List.of(new GpuFragmentation(fragmentation, gradient)), List.of());
        return new EnginePlacer(
                "Kochab, GPU fragmentation",
                hosts,
                plugins,
                (slot, cpu, free, shape) ->
                        gradient.step(slot, cpu, free, shape).devices(),
                seed);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<@Nullable Placement> place(List<Shape> shapes) {
        List<PodGroup> batch = new ArrayList<>(shapes.size());
        for (Shape shape : shapes) {
            batch.add(group(shape, "pod-" + pods++));
        }
        long cpu = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        List<Decision> decisions = Engine.place(model.view(), batch, seed + pods, plugins);
        List<@Nullable Placement> placements = new ArrayList<>(shapes.size());
        for (int i = 0; i < decisions.size(); i++) {
            placements.add(decisions.get(i) instanceof Decision.Assigned a ? chosen(a.node(), shapes.get(i)) : null);
        }
        nanos += System.nanoTime() - start;
        cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
        for (int i = 0; i < decisions.size(); i++) {
            Placement placement = placements.get(i);
            if (!decisions.get(i).podUid().equals(batch.get(i).podUids().get(0))) {
                throw new IllegalStateException("the decisions are not in the order of the pods");
            }
            if (placement != null) {
                model.assume(claim(batch.get(i), shapes.get(i), placement));
            }
        }
        return placements;
    }

    private Placement chosen(String node, Shape shape) {
        ClusterView view = model.view();
        int devices = 0;
        if (shape.gpus() > 0) {
            int slot = view.slot(node);
            Gpus.Columns columns = new Gpus.Columns(view);
            devices = choice.devices(slot, columns.cpuFree(slot), columns.free(slot), shape);
        }
        return new Placement(indexes.get(node), devices);
    }

    @Override
    public void check(Fleet books) {
        Gpus.Columns columns = new Gpus.Columns(model.view());
        for (int i = 0; i < hosts.size(); i++) {
            int slot = model.view().slot(hosts.get(i).name());
            if (columns.cpuFree(slot) != books.cpu[i] || !Arrays.equals(columns.free(slot), books.gpu[i])) {
                throw new IllegalStateException(hosts.get(i).name() + " is not what the claims say it is");
            }
        }
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long cpuNanos() {
        return cpuNanos;
    }

    private static Node node(Host host) {
        Map<String, String> amounts = new TreeMap<>();
        amounts.put("cpu", host.cpu() + "m");
        amounts.put("memory", host.memory() + "Mi");
        amounts.put("pods", "10000");
        if (host.gpus() > 0) {
            amounts.put(Gpus.ALL, Integer.toString(host.gpus() * Host.WHOLE));
            for (int d = 0; d < host.gpus(); d++) {
                amounts.put(Gpus.DEVICE.get(d), Integer.toString(Host.WHOLE));
            }
        }
        return Workload.node(host.name(), Map.of(), List.of(), List.of(), true, amounts);
    }

    private static PodGroup group(Shape shape, String uid) {
        return new PodGroup(
                new TenantId("tenant-0"),
                "default",
                Map.of(),
                Workload.plain(),
                Gpus.requests(shape),
                List.of(uid),
                false);
    }

    private Claim claim(PodGroup group, Shape shape, Placement placement) {
        return Workload.claim(
                group,
                group.podUids().get(0),
                hosts.get(placement.host()).name(),
                Gpus.claimed(shape, placement.devices()));
    }
}
