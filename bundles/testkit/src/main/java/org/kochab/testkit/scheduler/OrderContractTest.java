package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PodGroup;

/** What the default schedulers rely on in every {@link PlacementOrder}. An order's own test extends this class. */
public abstract class OrderContractTest {
    /** The order, as it is registered. Asked several times: every answer must be as good as the first. */
    protected abstract PlacementOrder order();

    private static List<PodGroup> batch(int groups) {
        List<PodGroup> batch = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            batch.add(Pods.pods("p" + i, 1 + i % 4).cpu(100L * (i * 7 % 11)).group());
        }
        return List.copyOf(batch);
    }

    private static TestCluster cluster() {
        return new TestCluster().add(Nodes.node("a")).add(Nodes.node("b")).add(Nodes.node("c"));
    }

    @Test
    void hasAName() {
        assertThat(order().name()).isNotBlank().isEqualTo(order().name());
    }

    @Test
    void namesEachGroupOnce() {
        for (int groups : List.of(2, 3, 50, 2_000)) {
            int[] places = order().order(cluster(), batch(groups));
            assertThat(IntStream.of(places).sorted().toArray())
                    .as("of %s groups", groups)
                    .isEqualTo(IntStream.range(0, groups).toArray());
        }
    }

    @Test
    void theSameBatchHasTheSameOrderWhateverWasAskedBefore() {
        PlacementOrder used = order();
        int[] first = used.order(cluster(), batch(50));
        used.order(cluster(), batch(7));
        assertThat(used.order(cluster(), batch(50))).isEqualTo(first);
        assertThat(order().order(cluster(), batch(50))).isEqualTo(first);
    }
}
