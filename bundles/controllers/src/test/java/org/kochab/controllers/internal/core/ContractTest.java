package org.kochab.controllers.internal.core;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.kochab.api.model.Resource;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.Nodes;
import org.kochab.testkit.controller.ControllerContractTest;
import org.kochab.testkit.controller.TestPartition;

/** The built-in controllers keep the contract that vendors' are tested for. */
class ContractTest {
    @Nested
    class Deployments extends ControllerContractTest {
        @Override
        protected Controller controller() {
            return new DeploymentController();
        }

        @Override
        protected Resource object() {
            return Sample.deployment(2, "web:1");
        }
    }

    @Nested
    class ReplicaSets extends ControllerContractTest {
        @Override
        protected Controller controller() {
            return new ReplicaSetController();
        }

        @Override
        protected Resource object() {
            return Sample.replicaSet(2);
        }
    }

    @Nested
    class StatefulSets extends ControllerContractTest {
        @Override
        protected Controller controller() {
            return new StatefulSetController();
        }

        @Override
        protected Resource object() {
            return Sample.statefulSet(2, "db:1", "Parallel", 0);
        }
    }

    @Nested
    class DaemonSets extends ControllerContractTest {
        @Override
        protected Controller controller() {
            return new DaemonSetController();
        }

        @Override
        protected Resource object() {
            return Sample.daemonSet("logs:1", null);
        }

        @Override
        protected void prepare(TestPartition partition) {
            partition.nodes(new Nodes(List.of(Sample.node("n1"), Sample.node("n2")), true));
        }
    }

    @Nested
    class Jobs extends ControllerContractTest {
        @Override
        protected Controller controller() {
            return new JobController();
        }

        @Override
        protected Resource object() {
            return Sample.job(3, 2, null);
        }
    }
}
