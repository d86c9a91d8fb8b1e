package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tenants with running pods move to and fro between two tenant partitions, in simulated control planes: the real mover, lifecycle, pod loop and
 * resource manager on the real kernel. {@code -Dkochab.seed=N} replays one seed, {@code -Dkochab.seeds=N} runs more than usual,
 * {@code -Dkochab.first=N} from N on.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class TenantMoveSimulationTest {
    private static final int SEEDS = Integer.getInteger("kochab.seeds", 12);
    private static final int FIRST = Integer.getInteger("kochab.first", 1);
    private static final int MOST_FOR_A_MUTANT = 60;

    @Test
    void holdsItsPromisesInEveryPlane() {
        Long one = Long.getLong("kochab.seed");
        long moves = 0;
        for (long seed = one == null ? FIRST : one; seed <= (one == null ? SEEDS : one); seed++) {
            moves += live(seed).homes.moved;
        }
        if (one == null) {
            assertThat(moves).as("planes in which tenants move").isGreaterThan(SEEDS - FIRST);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNFENCED_MOVES", "ACTS_ON_OLD_WORDS", "PLACES_BEFORE_ASKING"})
    void noticesEveryMutant(PlaneMutant mutant) {
        for (long seed = 1; seed <= MOST_FOR_A_MUTANT; seed++) {
            try {
                new Plane(seed, mutant, true).run();
            } catch (AssertionError noticed) {
                System.out.println(mutant + " noticed with seed " + seed + ": "
                        + noticed.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        throw new AssertionError("no seed noticed " + mutant);
    }

    private static Plane live(long seed) {
        Plane plane = new Plane(seed, PlaneMutant.NONE, true);
        try {
            plane.run();
            return plane;
        } catch (AssertionError | RuntimeException | StackOverflowError e) {
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dkochab.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
