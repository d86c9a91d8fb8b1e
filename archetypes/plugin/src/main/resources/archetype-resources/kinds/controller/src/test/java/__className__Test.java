package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.spi.controller.Controller;
import org.kochab.testkit.controller.ControllerContractTest;
import org.kochab.testkit.controller.TestPartition;

class ${className}Test extends ControllerContractTest {
    @Override
    protected Controller controller() {
        return new ${className}();
    }

    @Override
    protected Resource object() {
        return deployment(Map.of(${className}.LABEL, "yes"));
    }

    private static Deployment deployment(Map<String, String> labels) {
        ObjectMeta meta = ObjectMeta.named("web").withPlace(TestPartition.TENANT.value(), "default");
        return new Deployment("apps/v1", "Deployment", meta.withLabels(labels), null, null);
    }

    private static Deployment web(TestPartition partition) {
        return partition.one(Kind.DEPLOYMENT, "web", Deployment.class);
    }

    @Test
    void notesSinceWhenAndForgetsItWithTheLabel() {
        TestPartition partition = new TestPartition(controller());
        partition.create(TestPartition.TENANT, object());
        String since = partition.now().toString();

        partition.settle();
        partition.pass(Duration.ofHours(1));

        assertThat(web(partition).metadata().annotations()).containsEntry(${className}.SINCE, since);

        Deployment unlabelled = web(partition).withMetadata(web(partition).metadata().withLabels(Map.of()));
        partition.update(TestPartition.TENANT, unlabelled);
        partition.settle();

        assertThat(web(partition).metadata().annotations()).isEmpty();
    }

    @Test
    void leavesOthersAlone() {
        TestPartition partition = new TestPartition(controller());
        Resource other = partition.create(TestPartition.TENANT, deployment(Map.of()));

        partition.settle();

        assertThat(web(partition)).isEqualTo(other);
    }
}
