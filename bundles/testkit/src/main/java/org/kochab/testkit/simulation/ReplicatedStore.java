package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.kochab.spi.store.PartitionStore;

/**
 * A store whose members each keep a copy and talk over a simulated network, by the rules that the real store of several members is to
 * keep:
 *
 * <ul>
 *   <li>Members that hear each other form a view; one of its owners, the members with a complete copy, orders all changes and has each
 *       confirmed by every owner that is still seen. Views are numbered; nothing of another view is taken.
 *   <li>Fewer owners than a majority of all members write nothing. A change under way when a majority is lost may stay on the minority's
 *       disk; the asker, who looks at its view after the answer, says that nobody knows.
 *   <li>A new view goes on from the copy that was last an owner among a majority. Any other copy is replaced as
 *       a whole, when the new one is complete; until then its member counts as no owner.
 *   <li>Leases are believed only while a majority is seen. Loading reads whatever the view has.
 * </ul>
 *
 * Copies, and what a member promised, outlive it; everything else is gone with its process.
 */
public final class ReplicatedStore {
    /** Rules with a mistake, which simulations must notice. */
    public enum Rules {
        /** No mistake. */
        STRICT,
        /** Any view writes, and every answer is believed. */
        NO_MAJORITY_CHECK,
        /** A view below a majority begins no change, but what was under way is acknowledged. */
        NO_CHECK_AFTERWARDS,
        /** A member whose copy is not complete counts for the majority. */
        COPYING_COUNTS,
        /** Copies are compared by how many changes they have, not by which. */
        COPIES_COMPARED_BY_COUNT
    }

    final Simulation simulation;
    final SimulatedNetwork network;
    final Rules rules;
    final Duration detection;
    final Duration timeout;
    final List<Replica> replicas = new ArrayList<>();

    /**
     * @param empty gives a new store that answers at once
     * @param detection how long a member may be silent before the others go on without it
     * @param timeout after how long whoever asks learns that nobody knows
     */
    public ReplicatedStore(
            SimulatedNetwork network,
            List<SimulatedProcess> processes,
            Supplier<PartitionStore> empty,
            Rules rules,
            Duration detection,
            Duration timeout) {
        this.simulation = processes.get(0).simulation();
        this.network = network;
        this.rules = rules;
        this.detection = detection;
        this.timeout = timeout;
        for (SimulatedProcess process : processes) {
            replicas.add(new Replica(this, replicas.size(), process, new ReplicaLog(empty)));
        }
    }

    int majority() {
        return replicas.size() / 2 + 1;
    }

    /**
     * Begins a member's part in the present life of its process.
     *
     * @param changed told when other members are seen than before
     * @return the store as that member's process sees it
     */
    public PartitionStore start(int member, Runnable changed) {
        Replica replica = replicas.get(member);
        replica.start(changed);
        return new ReplicaStore(this, replica);
    }

    /** Names of the members that a member sees, itself included, sorted. */
    public List<String> seen(int member) {
        return replicas.get(member).seen();
    }

    /** Whether a member knows that it is on the smaller side of a split. */
    public boolean isMinority(int member) {
        return replicas.get(member).isMinority();
    }

    /** Changes that one member's copy has. */
    public int changes(int member) {
        return replicas.get(member).changes();
    }
}
