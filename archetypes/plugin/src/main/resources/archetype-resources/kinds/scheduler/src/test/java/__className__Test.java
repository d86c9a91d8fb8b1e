package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.SchedulerContractTest;
import org.kochab.testkit.scheduler.TestCluster;

class ${className}Test extends SchedulerContractTest {
    @Override
    protected Scheduler scheduler() {
        return new ${className}();
    }

    @Test
    void fillsOneNodeAfterTheOtherByName() {
        TestCluster cluster = new TestCluster()
                .add(Nodes.node("b", Map.of(), "1", "8Gi"))
                .add(Nodes.node("a", Map.of(), "1", "8Gi"));
        PodGroup pods = Pods.pods("web", 3).cpu(500).group();

        assertThat(scheduler().place(cluster, List.of(pods), 1))
                .extracting(decision -> ((Decision.Assigned) decision).node())
                .containsExactly("a", "a", "b");
    }
}
