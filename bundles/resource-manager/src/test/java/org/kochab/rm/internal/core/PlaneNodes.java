package org.kochab.rm.internal.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.link.Desired;
import org.kochab.api.partition.PartitionId;
import org.kochab.testkit.simulation.Simulation;

/** The nodes and the broker between them and whoever manages them: what nodes say is lost, doubled and overtaken by what they say later. */
final class PlaneNodes {
    private final Plane plane;
    private final Simulation simulation;
    private final Map<String, byte[]> retained = new HashMap<>();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<String, byte[]> applied = new HashMap<>();
    private final Map<String, Long> cpu = new TreeMap<>();

    PlaneNodes(Plane plane, int managers, int each) {
        this.plane = plane;
        this.simulation = plane.simulation;
        for (int m = 1; m <= managers; m++) {
            for (int n = 1; n <= each; n++) {
                String name = "n" + m + n;
                nodes.add(new SimulatedNode(
                        "rm-" + m, name, Map.of("cpu", Integer.toString(n), "memory", "8Gi", "pods", "9")));
                cpu.put(name, 1_000L * n);
            }
        }
    }

    /** Milli-cpus by node. */
    Map<String, Long> cpu() {
        return cpu;
    }

    Link link() {
        return message -> {
            if (message.retained() && message.payload().length > 0) {
                retained.put(message.topic(), message.payload());
            } else if (message.retained()) {
                retained.remove(message.topic());
            }
            return true;
        };
    }

    void start() {
        for (SimulatedNode n : nodes) {
            n.connect();
            live(n);
        }
    }

    private void live(SimulatedNode n) {
        simulation.after(simulation.between(Duration.ofMillis(50), Duration.ofMillis(1_500)), () -> {
            byte[] desired = retained.get(n.topics().desired());
            if (desired != null && applied.put(n.name, desired) != desired) {
                n.apply(Rig.CODEC.decode(desired, Desired.class));
                check(n);
            }
            switch (simulation.below(8)) {
                case 0 -> n.connect();
                case 1, 2 -> n.reportAll();
                case 3, 4 -> n.finishStops();
                default -> n.heartbeat();
            }
            List<SimulatedNode.Message> said = new ArrayList<>(n.outbox);
            n.outbox.clear();
            said.forEach(m -> carry(n, m));
            live(n);
        });
    }

    private void carry(SimulatedNode n, SimulatedNode.Message m) {
        int times = plane.isHealed() ? 1 : simulation.chance(0.03) ? 0 : simulation.chance(0.05) ? 2 : 1;
        for (int i = 0; i < times; i++) {
            simulation.after(simulation.between(Duration.ofMillis(1), Duration.ofMillis(60)), () -> {
                for (PlaneMember member : plane.members) {
                    SerialResourceManager manager = member.managers().get(new PartitionId(n.manager));
                    if (manager != null && member.process.isAlive()) {
                        manager.received(m.topic(), m.payload(), false);
                    }
                }
            });
        }
    }

    /** What really runs: never more than the node has, and no pod in two places. */
    private void check(SimulatedNode n) {
        long used = 0;
        for (Map<String, Long> pods : List.of(n.running, n.stopping)) {
            for (long token : pods.values()) {
                used += plane.truth.cpuOf(n.manager, token);
            }
        }
        Truth.expect(used <= cpu.get(n.name), "node " + n.name + " runs " + used + " of " + cpu.get(n.name));
        for (String uid : n.running.keySet()) {
            for (SimulatedNode other : nodes) {
                Truth.expect(
                        other == n || !other.running.containsKey(uid),
                        "pod " + uid + " runs on " + n.name + " and on " + other.name);
            }
        }
    }
}
