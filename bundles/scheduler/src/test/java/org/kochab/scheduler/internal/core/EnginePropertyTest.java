package org.kochab.scheduler.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.RandomCases;
import org.kochab.testkit.scheduler.TestCluster;

class EnginePropertyTest {
    private static final int SEEDS = 1000;
    /** By scan; by index, however few nodes there are; by index with no rule that is over few domains. */
    private static final List<Tuning> TUNINGS =
            List.of(new Tuning(false, 0, 0, 0, 0), new Tuning(true, 32, 256, 1024, 0), new Tuning(true, 0, 4, 3, 0));

    @ParameterizedTest
    @EnumSource(Profile.class)
    void placesExactlyAsANaiveScan(Profile profile) {
        int assigned = 0;
        int rejected = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomCases cases = new RandomCases(seed);
            TestCluster cluster = cases.cluster();
            List<PodGroup> batch = cases.batch();
            List<NaiveScan.Outcome> expected = NaiveScan.place(cluster, batch, seed, profile.plugins());
            List<NaiveScan.Outcome> actual = List.of();
            for (Tuning tuning : TUNINGS) {
                actual = Engine.place(cluster, batch, seed, profile.plugins(), tuning).stream()
                        .map(NaiveScan.Outcome::of)
                        .toList();
                assertThat(actual).as("seed %d, %s", seed, tuning).isEqualTo(expected);
            }
            assigned += (int) actual.stream().filter(o -> !o.node().isEmpty()).count();
            rejected += (int) actual.stream().filter(o -> o.node().isEmpty()).count();
        }
        // The cases are worth something only if both happen a lot.
        assertThat(assigned).isGreaterThan(SEEDS * 5);
        assertThat(rejected).isGreaterThan(SEEDS * 5);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void findsByIndexWhatAScanFinds(Profile profile) {
        int assigned = 0;
        for (long seed = 0; seed < 40; seed++) {
            RandomCases cases = RandomCases.large(seed);
            assigned += findsTheSame(cases.cluster(), cases.batch(), seed, profile);
        }
        assertThat(assigned).isGreaterThan(40 * 100);
    }

    /** A leaf of an index has nodes for which a pod is far too large beside nodes that it just fits: its bound must hold for those. */
    @ParameterizedTest
    @EnumSource(Profile.class)
    void findsByIndexAmongNodesOfManySizes(Profile profile) {
        int assigned = 0;
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TestCluster cluster = new TestCluster();
            for (int i = 0; i < 300; i++) {
                int cpu = 2 + random.nextInt(126);
                cluster.add(Nodes.node("n" + i, Map.of(), Integer.toString(cpu), cpu * (1 + random.nextInt(8)) + "Gi"));
            }
            List<PodGroup> batch = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                batch.add(Pods.pods("p" + i, 1 + random.nextInt(2))
                        .cpu(1000L * (1 + random.nextInt(64)))
                        .memory((1L + random.nextInt(256)) << 30)
                        .group());
            }
            assigned += findsTheSame(cluster, batch, seed, profile);
        }
        assertThat(assigned).isGreaterThan(20 * 150);
    }

    /** By every tuning. @return how many pods were assigned */
    private static int findsTheSame(TestCluster cluster, List<PodGroup> batch, long seed, Profile profile) {
        List<Decision> expected = Engine.place(cluster, batch, seed, profile.plugins(), TUNINGS.get(0));
        for (Tuning tuning : TUNINGS.subList(1, TUNINGS.size())) {
            assertThat(Engine.place(cluster, batch, seed, profile.plugins(), tuning))
                    .as("seed %d, %s", seed, tuning)
                    .isEqualTo(expected);
        }
        return (int)
                expected.stream().filter(Decision.Assigned.class::isInstance).count();
    }
}
