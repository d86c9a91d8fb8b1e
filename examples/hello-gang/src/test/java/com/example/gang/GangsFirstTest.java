package com.example.gang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.testkit.scheduler.OrderContractTest;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.TestCluster;

class GangsFirstTest extends OrderContractTest {
    @Override
    protected PlacementOrder order() {
        return new GangsFirst();
    }

    @Test
    void gangsChooseFirst() {
        assertThat(order().order(
                                new TestCluster(),
                                List.of(
                                        Pods.pods("lone", 1).group(),
                                        Pods.pods("gang", 3)
                                                .labels(Map.of(Gangs.GANG, "g"))
                                                .group())))
                .containsExactly(1, 0);
    }
}
