package org.kochab.chaos.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.Decision;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.TestCluster;

class RotatingSchedulerTest {
    @Test
    void goesRoundTheNodesAndRefusesWhatHasNoRoom() {
        TestCluster cluster =
                new TestCluster().add(Nodes.node("a", Map.of(), "1", "8Gi")).add(Nodes.node("b", Map.of(), "1", "8Gi"));

        List<Decision> decisions = new RotatingScheduler()
                .place(cluster, List.of(Pods.pods("web", 5).cpu(500).group()), 1);

        assertThat(decisions).hasSize(5);
        assertThat(decisions.subList(0, 4))
                .extracting(decision -> ((Decision.Assigned) decision).node())
                .containsExactly("b", "a", "b", "a");
        assertThat(decisions.get(4)).isInstanceOf(Decision.Rejected.class);
    }
}
