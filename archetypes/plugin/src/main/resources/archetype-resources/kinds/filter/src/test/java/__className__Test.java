package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.testkit.scheduler.FilterContractTest;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.TestCluster;

class ${className}Test extends FilterContractTest {
    @Override
    protected PlacementFilter filter() {
        return new ${className}();
    }

    @Override
    protected Map<String, List<String>> nodeLabels() {
        return Map.of(${className}.LABEL, List.of("acme", "other"));
    }

    @Test
    void keepsLabelledNodesForTheirTenant() {
        TestCluster cluster = new TestCluster()
                .add(Nodes.node("anybody's"))
                .add(Nodes.node("acme's", Map.of(${className}.LABEL, "acme")))
                .add(Nodes.node("other's", Map.of(${className}.LABEL, "other")));
        BitSet candidates = cluster.live();

        GroupFilter filter = filter()
                .begin(new PlacementContext(cluster, Pods.pods("web", 1).tenant("acme").group()))
                .orElseThrow();
        filter.filter(candidates);

        assertThat(candidates.stream()).containsExactly(0, 1);
        BitSet refused = new BitSet();
        refused.set(2);
        assertThat(filter.reason(refused)).startsWith("1 node is kept for another tenant than acme");
    }
}
