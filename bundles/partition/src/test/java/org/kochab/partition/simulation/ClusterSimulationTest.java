package org.kochab.partition.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real kernel, and the real calls between members, in simulated clusters. {@code -Dkochab.seed=N} replays one seed exactly,
 * {@code -Dkochab.seeds=N} runs more than usual.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ClusterSimulationTest {
    private static final int SEEDS = Integer.getInteger("kochab.seeds", 200);

    @Test
    void holdsItsPromisesInEveryCluster() {
        Long one = Long.getLong("kochab.seed");
        long answered = 0;
        for (long seed = one == null ? 1 : one; seed <= (one == null ? SEEDS : one); seed++) {
            answered += live(seed).answered();
        }
        assertThat(answered).as("clusters in which clients get answers").isGreaterThan(one == null ? SEEDS * 50L : 0);
    }

    @Test
    void livesTheSameLifeAgain() {
        Cluster first = live(42);
        Cluster again = live(42);
        assertThat(again.simulation.tick()).isEqualTo(first.simulation.tick());
        assertThat(again.history.highest()).isEqualTo(first.history.highest());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void noticesEveryMutant(ClusterMutant mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Cluster(seed, mutant).run();
            } catch (AssertionError noticed) {
                System.out.println(mutant + " noticed with seed " + seed + ": "
                        + noticed.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        throw new AssertionError("no seed noticed " + mutant);
    }

    private static Cluster live(long seed) {
        Cluster cluster = new Cluster(seed, ClusterMutant.NONE);
        try {
            cluster.run();
            return cluster;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dkochab.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
