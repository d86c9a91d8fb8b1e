package com.example.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.ScorerContractTest;
import org.kochab.testkit.scheduler.TestCluster;

class GreenEnergyScorerTest extends ScorerContractTest {
    @Override
    protected PlacementScorer scorer() {
        return new GreenEnergyScorer();
    }

    @Override
    protected Map<String, List<String>> nodeLabels() {
        return Map.of(GreenEnergyScorer.LABEL, List.of("green", "grey"));
    }

    @Test
    void prefersGreenNodes() {
        TestCluster cluster = new TestCluster()
                .add(Nodes.node("coal"))
                .add(Nodes.node("sun", Map.of(GreenEnergyScorer.LABEL, "green")))
                .add(Nodes.node("gas", Map.of(GreenEnergyScorer.LABEL, "grey")));
        double[] scores = new double[3];

        scorer().begin(context(cluster)).orElseThrow().score(cluster.live(), scores);

        assertThat(scores).containsExactly(0, 100, 0);
    }

    @Test
    void isSilentWhereNoNodeIsGreen() {
        assertThat(scorer().begin(context(new TestCluster().add(Nodes.node("coal")))))
                .isEmpty();
    }

    private static PlacementContext context(TestCluster cluster) {
        return new PlacementContext(cluster, Pods.pods("web", 1).group());
    }
}
