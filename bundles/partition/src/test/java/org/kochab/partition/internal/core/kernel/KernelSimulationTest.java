package org.kochab.partition.internal.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real kernel in simulated worlds. {@code -Dkochab.seed=N} replays one seed exactly, {@code -Dkochab.seeds=N} runs more than the
 * usual.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KernelSimulationTest {
    private static final int SEEDS = Integer.getInteger("kochab.seeds", 600);

    @Test
    void holdsItsPromisesInEveryWorld() {
        Long one = Long.getLong("kochab.seed");
        long answered = 0;
        long moves = 0;
        for (long seed = one == null ? 1 : one; seed <= (one == null ? SEEDS : one); seed++) {
            World world = live(seed, Mutant.NONE);
            answered += world.answered();
            moves += world.moves;
        }
        assertThat(moves).as("moves to another store and back").isGreaterThan(one == null ? SEEDS * 2L : -1);
        assertThat(answered).as("worlds in which clients get answers").isGreaterThan(one == null ? SEEDS * 50L : 0);
    }

    @Test
    void livesTheSameLifeAgain() {
        World first = live(42, Mutant.NONE);
        World again = live(42, Mutant.NONE);
        assertThat(again.simulation.tick()).isEqualTo(first.simulation.tick());
        assertThat(again.history.highest()).isEqualTo(first.history.highest());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void noticesEveryMutant(Mutant mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new World(seed, mutant).run();
            } catch (AssertionError noticed) {
                System.out.println(mutant + " noticed with seed " + seed + ": "
                        + noticed.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        throw new AssertionError("no seed noticed " + mutant);
    }

    private static World live(long seed, Mutant mutant) {
        World world = new World(seed, mutant);
        try {
            world.run();
            return world;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dkochab.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
