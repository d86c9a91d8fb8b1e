package org.kochab.scheduler.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kochab.api.plugin.Plugin;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.TestCluster;

/** Which groups of a batch choose first, by vendors' orders, and what becomes of one that answers nonsense. */
class OrdersTest {
    private static final long SECOND = 1_000_000_000L;

    private final TestCluster cluster = new TestCluster();
    private final VendorPlugins plugins = new VendorPlugins(
            new VendorPlugins.Settings(
                    new Conduct.Limits(SECOND / 20, 3, 3, 10 * SECOND, 40 * SECOND), false, new TreeSet<>()),
            () -> 1);

    /** A node for two of the four pods. */
    OrdersTest() {
        cluster.add(Nodes.node("n", Map.of(), "1", "8Gi"));
    }

    private List<Decision> place() {
        List<PodGroup> batch = List.of(
                Pods.pods("small", 2).cpu(400).group(),
                Pods.pods("large", 1).cpu(900).group(),
                Pods.pods("huge", 1).cpu(5000).group());
        return plugins.place(this, cluster, batch, 1, Profile.SPREAD.plugins());
    }

    private void add(String name, String bundle, Function<List<PodGroup>, int[]> order) {
        plugins.add(
                new PlacementOrder() {
                    @Override
                    public String name() {
                        return name;
                    }

                    @Override
                    public int[] order(ClusterView view, List<PodGroup> batch) {
                        return order.apply(batch);
                    }
                },
                new VendorPlugins.Source(bundle, "1.0.0", name.length()));
    }

    private static List<Boolean> assigned(List<Decision> decisions) {
        return decisions.stream().map(d -> d instanceof Decision.Assigned).toList();
    }

    @Test
    void withoutAnOrderTheBatchIsPlacedAsItCame() {
        assertThat(assigned(place())).containsExactly(true, true, false, false);
    }

    @Test
    void anOrderSaysWhoChoosesFirstAndDecisionsStayInTheBatchsOrder() {
        add("acme.com/largest-first", "com.acme", batch -> new int[] {2, 1, 0});
        List<Decision> decisions = place();
        assertThat(assigned(decisions)).containsExactly(false, false, true, false);
        assertThat(decisions.stream().map(Decision::podUid).toList())
                .containsExactly("small-0", "small-1", "large-0", "huge-0");
    }

    @Test
    void onlyTheFirstByNameIsAsked() {
        add("b.com/largest-first", "com.b", batch -> new int[] {2, 1, 0});
        add("a.com/as-it-came", "com.a.first", batch -> new int[] {0, 1, 2});
        assertThat(assigned(place())).containsExactly(true, true, false, false);
        List<Plugin> listed = plugins.plugins();
        assertThat(listed).extracting(Plugin::kind).containsOnly(Plugin.ORDER);
        assertThat(listed).extracting(Plugin::state).containsExactly("Active", "Shadowed");
        assertThat(listed.get(1).message())
                .isEqualTo(
                        "It is not called: only one order is, and 'a.com/as-it-came' of com.a.first comes first by name.");
    }

    @Test
    void nonsenseLeavesTheBatchAsItCameAndEndsInQuarantine() {
        add("acme.com/wrong", "com.acme", batch -> new int[] {0, 0, 2});
        for (int i = 0; i < 3; i++) {
            assertThat(assigned(place())).containsExactly(true, true, false, false);
        }
        Plugin listed = plugins.plugins().get(0);
        assertThat(listed.state()).isEqualTo("Quarantined");
        assertThat(listed.message())
                .contains("order 'acme.com/wrong' of com.acme 1.0.0 failed 3 times in a row")
                .contains("it gave [0, 0, 2] of 3 places for a batch of 3 groups, not each of them once")
                .contains("Pods are placed without its opinion");
        assertThat(assigned(place())).containsExactly(true, true, false, false);
    }

    @Test
    void whatItThrowsAndWhatItKeepsHarmsNobody() {
        add("acme.com/throws", "com.acme", batch -> {
            batch.clear();
            return new int[0];
        });
        assertThat(assigned(place())).containsExactly(true, true, false, false);
        assertThat(plugins.plugins().get(0).state()).isEqualTo("Failing");
    }
}
