package com.example.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PodGroup;

class GreenEnergyScorerTest {
    private final GreenEnergyScorer scorer = new GreenEnergyScorer();

    @Test
    void prefersGreenNodes() {
        double[] scores = new double[3];
        BitSet candidates = new BitSet();
        candidates.set(0, 3);

        scorer.begin(context(1)).orElseThrow().score(candidates, scores);

        assertThat(scores).containsExactly(0, 100, 0);
    }

    @Test
    void isSilentWhereNoNodeIsGreen() {
        assertThat(scorer.begin(context())).isEmpty();
    }

    /** A cluster of which only one label is known. */
    private static PlacementContext context(int... greenSlots) {
        BitSet green = new BitSet();
        for (int slot : greenSlots) {
            green.set(slot);
        }
        ClusterView view = (ClusterView) Proxy.newProxyInstance(
                ClusterView.class.getClassLoader(), new Class<?>[] {ClusterView.class}, (proxy, method, args) -> {
                    if (method.getName().equals("withLabel")
                            && List.of(args).equals(List.of(GreenEnergyScorer.LABEL, "green"))) {
                        return green;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
        PodSpec spec = PodSpec.builder().build();
        return new PlacementContext(
                view, new PodGroup(new TenantId("acme"), "default", Map.of(), spec, Map.of(), List.of("uid-1"), false));
    }
}
