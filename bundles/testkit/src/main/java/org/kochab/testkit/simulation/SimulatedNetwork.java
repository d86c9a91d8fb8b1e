package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Carries messages between processes: delayed, reordered, lost, doubled, and not at all where it is cut. */
public final class SimulatedNetwork {
    private static final Duration WITHIN = Duration.ofNanos(50_000);

    private final Simulation simulation;
    private final Set<String> cuts = new HashSet<>();
    private NetworkFaults faults;

    public SimulatedNetwork(Simulation simulation, NetworkFaults faults) {
        this.simulation = simulation;
        this.faults = faults;
    }

    /** From now on it misbehaves like this. */
    public void faults(NetworkFaults next) {
        faults = next;
    }

    /** From now on nothing arrives that one sends the other; the other direction is not touched. */
    public void cut(SimulatedProcess from, SimulatedProcess to) {
        cuts.add(way(from, to));
    }

    /** Undoes all cuts. */
    public void heal() {
        cuts.clear();
    }

    /** Lets a message arrive, if the receiver is still in its present life by then. A process reaches itself always. */
    public void send(SimulatedProcess from, SimulatedProcess to, Runnable arrival) {
        if (from == to) {
            to.after(simulation.between(Duration.ZERO, WITHIN), arrival);
            return;
        }
        if (!simulation.chance(faults.lost())) {
            carry(from, to, arrival);
        }
        if (simulation.chance(faults.duplicated())) {
            carry(from, to, arrival);
        }
    }

    private void carry(SimulatedProcess from, SimulatedProcess to, Runnable arrival) {
        if (cuts.contains(way(from, to))) {
            return;
        }
        int receiver = to.life();
        simulation.after(simulation.between(Duration.ofNanos(20_000), faults.slowest()), () -> {
            if (!cuts.contains(way(from, to))) {
                to.after(Duration.ZERO, receiver, arrival);
            }
        });
    }

    private static String way(SimulatedProcess from, SimulatedProcess to) {
        return from.name() + ">" + to.name();
    }
}
