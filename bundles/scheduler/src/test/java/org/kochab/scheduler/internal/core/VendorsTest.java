package org.kochab.scheduler.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Node;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.NodeFilter;
import org.kochab.spi.scheduler.NodeScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.RandomCases;
import org.kochab.testkit.scheduler.TestCluster;

/** Vendors' plugins, well-behaved and not. */
class VendorsTest {
    private final List<String> failures = new ArrayList<>();
    private final PluginWatch watch = new PluginWatch() {
        @Override
        public PlacementContext shown(PlacementContext context) {
            return context;
        }

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void entered() {}

        @Override
        public void left() {}

        @Override
        public void group() {}

        @Override
        public void says() {}

        @Override
        public void took(long nanos) {}

        @Override
        public void failed(String why, Throwable cause) {
            failures.add(why);
        }
    };
    private final TestCluster cluster =
            new TestCluster().add(Nodes.node("a")).add(Nodes.node("b")).add(Nodes.node("c"));

    private List<Decision> place(PluginSet plugins, int pods) {
        return Engine.place(cluster, List.of(Pods.pods("p", pods).cpu(100).group()), 1, plugins);
    }

    private static Vendor vendor(String kind, String name, double weight) {
        return new Vendor(kind, name, "com.acme", "1.2.0", 1000, weight);
    }

    private PlacementFilter guarded(PlacementFilter filter) {
        return new GuardedFilter(filter, vendor("filter", filter.name(), 1), watch, false);
    }

    private PlacementScorer guarded(PlacementScorer scorer) {
        return new GuardedScorer(scorer, vendor("scorer", scorer.name(), scorer.weight()), watch);
    }

    private PluginSet with(PlacementFilter filter) {
        return Profile.SPREAD.plugins().with(List.of(guarded(filter)), List.of(), List.of());
    }

    private PluginSet with(PlacementScorer scorer) {
        return Profile.SPREAD.plugins().with(List.of(), List.of(guarded(scorer)), List.of());
    }

    private static final class OnlyB implements NodeFilter {
        @Override
        public String name() {
            return "acme.com/only-b";
        }

        @Override
        public boolean accepts(PodGroup group, Node node) {
            return "b".equals(node.metadata().name());
        }

        @Override
        public String refusal(PodGroup group, boolean many) {
            return many ? "are not b" : "is not b";
        }
    }

    @Test
    void obeysASimpleFilter() {
        assertThat(place(with(new OnlyB()), 2))
                .allSatisfy(d -> assertThat(((Decision.Assigned) d).node()).isEqualTo("b"));
    }

    @Test
    void passesTheFiltersReasonOn() {
        TestCluster withoutB = new TestCluster().add(Nodes.node("a"));
        Decision decision = Engine.place(withoutB, List.of(Pods.pods("p", 1).group()), 1, with(new OnlyB()))
                .get(0);

        assertThat(((Decision.Rejected) decision).refusals())
                .containsExactly(new Refusal("acme.com/only-b", Refusal.Code.UNFIT_EVER, 1, "1 node is not b"));
    }

    @Test
    void aFilterThatThrowsRefusesAllAndIsNamed() {
        PlacementFilter broken = new PlacementFilter() {
            @Override
            public String name() {
                return "acme.com/broken";
            }

            @Override
            public Optional<GroupFilter> begin(PlacementContext context) {
                throw new IllegalStateException("no licence server");
            }
        };

        Decision.Rejected rejected = (Decision.Rejected) place(with(broken), 1).get(0);

        assertThat(rejected.refusals()).hasSize(1);
        assertThat(rejected.refusals().get(0).code()).isEqualTo(Refusal.Code.PLUGIN_FAILED);
        assertThat(rejected.refusals().get(0).reason())
                .startsWith("3 nodes are refused because filter 'acme.com/broken' of com.acme 1.2.0 failed")
                .contains("no licence server");
        assertThat(failures).containsExactly("java.lang.IllegalStateException: no licence server");
    }

    @Test
    void aFilterThatThrowsHalfWayStopsThere() {
        PlacementFilter oneOnly = new PlacementFilter() {
            @Override
            public String name() {
                return "acme.com/tired";
            }

            @Override
            public Optional<GroupFilter> begin(PlacementContext context) {
                return Optional.of(new GroupFilter() {
                    @Override
                    public void filter(BitSet candidates) {}

                    @Override
                    public boolean changes() {
                        return true;
                    }

                    @Override
                    public void placed(int slot) {
                        throw new IllegalStateException("tired");
                    }

                    @Override
                    public boolean accepts(int slot) {
                        return true;
                    }

                    @Override
                    public Refusal.Code code() {
                        return Refusal.Code.UNFIT_NOW;
                    }

                    @Override
                    public String reason(BitSet refused) {
                        return "";
                    }
                });
            }
        };

        List<Decision> decisions = place(with(oneOnly), 3);

        assertThat(decisions).hasSize(3);
        assertThat(decisions.get(0)).isInstanceOf(Decision.Assigned.class);
        // The pod after the failure may still take a node that was asked before it; after that the filter refuses all.
        Decision.Rejected last = (Decision.Rejected) place(with(oneOnly), 8).get(7);
        assertThat(last.refusals().get(0).code()).isEqualTo(Refusal.Code.PLUGIN_FAILED);
    }

    @Test
    void rulesThatThrowRefuseAll() {
        PlacementRules broken = new PlacementRules() {
            @Override
            public String name() {
                return "acme.com/rules";
            }

            @Override
            public List<org.kochab.spi.scheduler.DomainRule> begin(PlacementContext context) {
                throw new IllegalStateException("lost");
            }
        };

        Decision.Rejected rejected = (Decision.Rejected) place(
                        Profile.SPREAD
                                .plugins()
                                .with(
                                        List.of(),
                                        List.of(),
                                        List.of(new GuardedRules(
                                                broken, vendor("rules", broken.name(), 1), watch, false))),
                        1)
                .get(0);

        assertThat(rejected.refusals().get(0).code()).isEqualTo(Refusal.Code.PLUGIN_FAILED);
        assertThat(rejected.refusals().get(0).nodes()).isEqualTo(3);
    }

    private static NodeScorer scorer(double score) {
        return new NodeScorer() {
            @Override
            public String name() {
                return "acme.com/likes-c";
            }

            @Override
            public double weight() {
                return 10;
            }

            @Override
            public double score(PodGroup group, Node node) {
                return "c".equals(node.metadata().name()) ? score : 0;
            }
        };
    }

    @Test
    void followsAVendorsScorer() {
        assertThat(((Decision.Assigned) place(with(scorer(100)), 1).get(0)).node())
                .isEqualTo("c");
    }

    @Test
    void cutsOffScoresOutsideTheScale() {
        Decision.Assigned placed =
                (Decision.Assigned) place(with(scorer(1e300)), 1).get(0);

        assertThat(placed.node()).isEqualTo("c");
        assertThat(placed.score()).isBetween(0.0, 100.0);
        assertThat(place(with(scorer(Double.NaN)), 1).get(0)).isInstanceOf(Decision.Assigned.class);
    }

    @Test
    void placesWithoutTheOpinionOfAScorerThatThrows() {
        PlacementScorer broken = new PlacementScorer() {
            @Override
            public String name() {
                return "acme.com/broken";
            }

            @Override
            public Optional<GroupScorer> begin(PlacementContext context) {
                return Optional.of((candidates, scores) -> {
                    candidates.clear();
                    throw new IllegalStateException("overheated");
                });
            }
        };

        assertThat(place(with(broken), 3)).allMatch(d -> d instanceof Decision.Assigned);
        assertThat(failures).containsExactly("java.lang.IllegalStateException: overheated");
    }

    @Test
    void refusesAWeightThatMakesNoSense() {
        PlacementScorer weightless = new NodeScorer() {
            @Override
            public String name() {
                return "acme.com/weightless";
            }

            @Override
            public double weight() {
                return 0;
            }

            @Override
            public double score(PodGroup group, Node node) {
                return 0;
            }
        };

        assertThatThrownBy(() -> guarded(weightless)).hasMessageContaining("must be above 0");
    }

    /** Prefers nodes of one level of a label, with the sets told to the engine. */
    private static PlacementScorer levels(boolean twice) {
        return new PlacementScorer() {
            @Override
            public String name() {
                return "acme.com/levels";
            }

            @Override
            public double weight() {
                return 3;
            }

            @Override
            public Optional<GroupScorer> begin(PlacementContext context) {
                BitSet liked = context.view().withLabel("level", "1");
                return Optional.of(new GroupScorer() {
                    @Override
                    public void score(BitSet candidates, double[] scores) {
                        candidates.stream().forEach(slot -> scores[slot] = liked.get(slot) ? 70 : 0);
                    }

                    @Override
                    public Optional<List<Level>> levels() {
                        Level level = new Level(liked, 70);
                        return Optional.of(twice ? List.of(level, level) : List.of(level));
                    }
                });
            }
        };
    }

    /** Prefers nodes with little memory in use, before the pod. */
    private static PlacementScorer emptiest() {
        return new PlacementScorer() {
            @Override
            public String name() {
                return "acme.com/emptiest";
            }

            @Override
            public Optional<GroupScorer> begin(PlacementContext context) {
                return Optional.of(new GroupScorer() {
                    @Override
                    public void score(BitSet candidates, double[] scores) {
                        candidates.stream().forEach(slot -> scores[slot] = score(slot));
                    }

                    @Override
                    public boolean changes() {
                        return true;
                    }

                    @Override
                    public double score(int slot) {
                        return 100 - 100 * context.view().used("memory")[slot];
                    }

                    @Override
                    public List<String> resources() {
                        return List.of("memory");
                    }

                    @Override
                    public double atMost(double[] leastUsed, double[] mostUsed, double[] least, double[] most) {
                        return 100 - 100 * leastUsed[0];
                    }
                });
            }
        };
    }

    @Test
    void findsByIndexWhatAScanFindsForVendorsToo() {
        for (long seed = 0; seed < 10; seed++) {
            RandomCases cases = RandomCases.large(seed);
            TestCluster large = cases.cluster();
            List<PodGroup> batch = cases.batch();
            PluginSet plugins = Profile.SPREAD
                    .plugins()
                    .with(
                            List.of(guarded(new OnlyEven())),
                            List.of(guarded(levels(false)), guarded(emptiest())),
                            List.of());

            assertThat(Engine.place(large, batch, seed, plugins, new Tuning(true, 32, 256, 1024, 0)))
                    .as("seed %d", seed)
                    .isEqualTo(Engine.place(large, batch, seed, plugins, new Tuning(false, 0, 0, 0, 0)));
        }
        assertThat(failures).isEmpty();
    }

    private static final class OnlyEven implements NodeFilter {
        @Override
        public String name() {
            return "acme.com/only-even";
        }

        @Override
        public boolean accepts(PodGroup group, Node node) {
            return String.valueOf(node.metadata().name()).hashCode() % 2 == 0;
        }

        @Override
        public String refusal(PodGroup group, boolean many) {
            return many ? "are odd" : "is odd";
        }
    }

    @Test
    void aScorerWhoseLevelsOverlapHasNoOpinion() {
        assertThat(place(with(levels(true)), 2)).allMatch(d -> d instanceof Decision.Assigned);
        assertThat(failures).isEmpty();

        TestCluster labelled = new TestCluster()
                .add(Nodes.node("a", java.util.Map.of("level", "1"), "4", "8Gi"))
                .add(Nodes.node("b", java.util.Map.of("level", "2"), "4", "8Gi"));
        List<PodGroup> pods = List.of(Pods.pods("p", 2).cpu(100).group());

        assertThat(Engine.place(labelled, pods, 1, with(levels(true)))).allMatch(d -> d instanceof Decision.Assigned);
        assertThat(failures).containsExactly("a slot is in two levels of it");
        assertThat(Engine.place(labelled, pods, 1, with(levels(false))))
                .allSatisfy(d -> assertThat(((Decision.Assigned) d).node()).isEqualTo("a"));
    }
}
