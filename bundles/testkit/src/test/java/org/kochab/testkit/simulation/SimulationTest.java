package org.kochab.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    @Test
    void theSameSeedGivesTheSameWorldAndOthersGiveOthers() {
        assertThat(order(7)).isEqualTo(order(7));
        assertThat(order(8)).isNotEqualTo(order(7));
    }

    @Test
    void timePassesOnlyAsFarAsAsked() {
        Simulation s = new Simulation(1);
        List<Long> at = new ArrayList<>();
        s.after(Duration.ofMillis(5), () -> at.add(s.nanos()));
        s.after(Duration.ofMillis(15), () -> at.add(s.nanos()));
        s.run(Duration.ofMillis(10));
        assertThat(at).containsExactly(5_000_000L);
        assertThat(s.nanos()).isEqualTo(10_000_000L);
        s.run(Duration.ofMillis(10));
        assertThat(at).containsExactly(5_000_000L, 15_000_000L);
    }

    private static List<Integer> order(long seed) {
        Simulation s = new Simulation(seed);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int n = i;
            s.after(s.chance(0.5) ? Duration.ZERO : s.between(Duration.ZERO, Duration.ofMillis(3)), () -> order.add(n));
        }
        s.run(Duration.ofSeconds(1));
        assertThat(order).hasSize(50);
        return order;
    }
}
