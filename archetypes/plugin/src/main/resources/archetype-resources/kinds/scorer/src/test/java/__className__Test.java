package ${package};

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

class ${className}Test extends ScorerContractTest {
    @Override
    protected PlacementScorer scorer() {
        return new ${className}();
    }

    @Override
    protected Map<String, List<String>> nodeLabels() {
        return Map.of(${className}.LABEL, List.of("true", "false"));
    }

    @Test
    void prefersLabelledNodes() {
        TestCluster cluster = new TestCluster()
                .add(Nodes.node("plain"))
                .add(Nodes.node("labelled", Map.of(${className}.LABEL, "true")))
                .add(Nodes.node("other", Map.of(${className}.LABEL, "false")));
        double[] scores = new double[3];

        scorer().begin(new PlacementContext(cluster, Pods.pods("web", 1).group()))
                .orElseThrow()
                .score(cluster.live(), scores);

        assertThat(scores).containsExactly(0, 100, 0);
    }
}
