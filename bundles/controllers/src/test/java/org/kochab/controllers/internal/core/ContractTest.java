package org.kochab.controllers.internal.core;

import org.junit.jupiter.api.Nested;
import org.kochab.api.model.Resource;
import org.kochab.spi.controller.Controller;
import org.kochab.testkit.controller.ControllerContractTest;

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
