package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real pod loop and the real resource manager, on the real kernel, over the real calls between members, in simulated control planes.
 * {@code -Dkochab.seed=N} replays one seed, {@code -Dkochab.seeds=N} runs more than usual.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ClaimSimulationTest {
    private static final int SEEDS = Integer.getInteger("kochab.seeds", 60);

    @Test
    void holdsItsPromisesInEveryPlane() {
        Long one = Long.getLong("kochab.seed");
        long binds = 0;
        long releases = 0;
        long resizes = 0;
        long preemptions = 0;
        for (long seed = one == null ? 1 : one; seed <= (one == null ? SEEDS : one); seed++) {
            Plane plane = live(seed);
            binds += plane.truth.binds;
            releases += plane.truth.releases;
            resizes += plane.truth.resizes;
            preemptions += plane.truth.preemptions;
        }
        if (one == null) {
            assertThat(binds).as("planes in which pods are bound").isGreaterThan(SEEDS * 5L);
            assertThat(releases).as("planes in which claims are released").isGreaterThan(SEEDS);
            assertThat(resizes).as("planes in which claims are changed").isGreaterThan(SEEDS / 2);
            assertThat(preemptions).as("planes in which pods make room").isGreaterThan(SEEDS / 10);
        }
    }

    @Test
    void livesTheSameLifeAgain() {
        Plane first = live(42);
        Plane again = live(42);
        assertThat(again.simulation.tick()).isEqualTo(first.simulation.tick());
        assertThat(again.truth.claims.keySet()).isEqualTo(first.truth.claims.keySet());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"RELEASES_WITHOUT_PROOF", "PLACES_BEFORE_READING", "GRANTS_TO_FORMER_LEADERS", "FORGETS_CLAIMS"})
    void noticesEveryMutant(PlaneMutant mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Plane(seed, mutant).run();
            } catch (AssertionError noticed) {
                System.out.println(mutant + " noticed with seed " + seed + ": "
                        + noticed.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        throw new AssertionError("no seed noticed " + mutant);
    }

    private static Plane live(long seed) {
        Plane plane = new Plane(seed, PlaneMutant.NONE);
        try {
            plane.run();
            return plane;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dkochab.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
