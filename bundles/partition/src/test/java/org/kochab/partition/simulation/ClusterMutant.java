package org.kochab.partition.simulation;

import java.util.ArrayList;
import java.util.List;
import org.kochab.api.partition.WatchEvent;
import org.kochab.testkit.simulation.ReplicatedStore.Rules;
import org.kochab.testkit.simulation.Simulation;

/** Clusters with a mistake; the simulation must notice each. */
enum ClusterMutant {
    /** The real one. */
    NONE(Rules.STRICT),
    /** The smaller side of a split writes as if it were whole. */
    NO_MAJORITY_CHECK(Rules.NO_MAJORITY_CHECK),
    /** What was under way when a majority was lost is acknowledged. */
    NO_CHECK_AFTERWARDS(Rules.NO_CHECK_AFTERWARDS),
    /** A member that has not yet got everything counts for the majority. */
    COPYING_COUNTS(Rules.COPYING_COUNTS),
    /** A copy that has as many changes as another is taken for the same. */
    COPIES_COMPARED_BY_COUNT(Rules.COPIES_COMPARED_BY_COUNT),
    /** Clocks differ by far more than the lease allows for. */
    CLOCK_BEYOND_THE_BOUND(Rules.STRICT),
    /** The way between members repeats transactions, which its contract forbids. */
    SUBMITS_ARRIVE_TWICE(Rules.STRICT),
    /** A watcher misses an event now and then. */
    DROPS_AN_EVENT(Rules.STRICT);

    final Rules rules;

    ClusterMutant(Rules rules) {
        this.rules = rules;
    }

    List<WatchEvent> delivered(List<WatchEvent> events, Simulation simulation) {
        if (this != DROPS_AN_EVENT || events.isEmpty() || !simulation.chance(0.02)) {
            return events;
        }
        List<WatchEvent> rest = new ArrayList<>(events);
        rest.remove(simulation.below(rest.size()));
        return rest;
    }
}
