package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.spi.scheduler.Scheduler;

/** The contracts find what breaks them. */
class BrokenPluginsTest {
    private interface Begin<T> {
        T begin(PlacementContext context);
    }

    private static ScorerContractTest scorer(Begin<GroupScorer> begin) {
        PlacementScorer scorer = new PlacementScorer() {
            @Override
            public String name() {
                return "acme.com/broken";
            }

            @Override
            public Optional<GroupScorer> begin(PlacementContext context) {
                return Optional.of(begin.begin(context));
            }
        };
        return new ScorerContractTest() {
            @Override
            protected PlacementScorer scorer() {
                return scorer;
            }

            @Override
            protected Map<String, List<String>> nodeLabels() {
                return Map.of("rack-kind", List.of("green", "red"));
            }
        };
    }

    private static FilterContractTest filter(Begin<BitSet> accepted, boolean adds) {
        PlacementFilter filter = new PlacementFilter() {
            @Override
            public String name() {
                return "acme.com/broken";
            }

            @Override
            public Optional<GroupFilter> begin(PlacementContext context) {
                BitSet open = accepted.begin(context);
                return Optional.of(new GroupFilter() {
                    @Override
                    public void filter(BitSet candidates) {
                        if (adds) {
                            candidates.or(open);
                        } else {
                            candidates.and(open);
                        }
                    }

                    @Override
                    public Refusal.Code code() {
                        return Refusal.Code.UNFIT_EVER;
                    }

                    @Override
                    public String reason(BitSet refused) {
                        return "";
                    }
                });
            }
        };
        return new FilterContractTest() {
            @Override
            protected PlacementFilter filter() {
                return filter;
            }
        };
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable test, String why) {
        assertThatThrownBy(test).isInstanceOf(AssertionError.class).hasMessageContaining(why);
    }

    @Test
    void findsScoresThatAreNone() {
        fails(
                () -> scorer(context -> (candidates, scores) -> java.util.Arrays.fill(scores, 101))
                        .scoresAreFrom0To100(),
                "101");
        fails(
                () -> scorer(context -> (candidates, scores) -> java.util.Arrays.fill(scores, Double.NaN))
                        .scoresAreFrom0To100(),
                "NaN");
    }

    @Test
    void findsThatNothingWasSaid() {
        fails(() -> scorer(context -> (candidates, scores) -> {}).isOfAnOpinionAboutSomeNodes(), "nodeLabels");
    }

    @Test
    void findsStateBetweenGroups() {
        int[] calls = {0};
        ScorerContractTest counting =
                scorer(context -> (candidates, scores) -> java.util.Arrays.fill(scores, calls[0]++ % 100));
        fails(counting::theSameInputHasTheSameScoresWhateverWasAskedBefore, "seed");
    }

    @Test
    void findsScoresThatDependOnOthers() {
        ScorerContractTest relative = scorer(context ->
                (candidates, scores) -> java.util.Arrays.fill(scores, 100.0 / Math.max(1, candidates.cardinality())));
        fails(relative::aNodesScoreDependsOnNoOtherCandidate, "alone");
    }

    @Test
    void findsAChangedViewAndChangedCandidates() {
        ScorerContractTest greedy = scorer(context -> {
            context.view().withLabel("rack-kind", "green").clear();
            return (candidates, scores) -> {};
        });
        fails(greedy::changesNeitherTheViewNorTheCandidates, "withLabel rack-kind=green");
        ScorerContractTest careless = scorer(context -> (candidates, scores) -> candidates.clear());
        fails(careless::changesNeitherTheViewNorTheCandidates, "candidates of");
    }

    @Test
    void findsScoresThatChangeInSilence() {
        ScorerContractTest silent = scorer(context -> {
            double[] used = context.view().used("pods");
            return (candidates, scores) ->
                    candidates.stream().forEach(slot -> scores[slot] = 100 - 100 * Math.min(1, used[slot]));
        });
        fails(silent::aPlacedPodMattersToItsNodeOnlyAndOnlyIfItSaysSo, "after a pod was placed");
    }

    @Test
    void findsFiltersThatAddNodesOrKeepTheirReasons() {
        fails(() -> filter(context -> context.view().live(), true).addsNoCandidates(), "no candidates");
        fails(
                () -> filter(context -> context.view().withLabelKey("disk"), false)
                        .saysWhy(),
                "seed");
        fails(() -> filter(context -> context.view().live(), false).refusesSomeNodesAndNotAll(), "nodeLabels");
    }

    private static SchedulerContractTest scheduler(boolean refuses) {
        Scheduler first = new Scheduler() {
            @Override
            public String name() {
                return "first";
            }

            @Override
            public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
                return batch.stream()
                        .flatMap(group -> group.podUids().stream())
                        .<Decision>map(pod -> refuses || view.live().isEmpty()
                                ? new Decision.Rejected(pod, List.of())
                                : new Decision.Assigned(
                                        pod, view.nodeName(view.live().nextSetBit(0)), 50))
                        .toList();
            }
        };
        return new SchedulerContractTest() {
            @Override
            protected Scheduler scheduler() {
                return first;
            }
        };
    }

    @Test
    void findsSchedulersThatOversellOrDoNothing() {
        fails(() -> scheduler(false).neverOversellsOrBreaksAWish(), "oversold");
        fails(() -> scheduler(true).fillsTheNodesThatThereAreAndNoMore(), "Assigned");
        fails(() -> scheduler(true).refusalsCoverEveryNodeAndSayWhy(), "seed");
    }

    /** Counts pods with the group's labels by node. */
    private static RulesContractTest rules(int step) {
        PlacementRules rules = new PlacementRules() {
            @Override
            public String name() {
                return "acme.com/broken";
            }

            @Override
            public List<DomainRule> begin(PlacementContext context) {
                PodGroup group = context.group();
                ClusterView.Topology nodes = context.view().topology("kubernetes.io/hostname");
                int[] counts = new int[nodes.names().size()];
                context.view()
                        .pods(
                                group.tenant(),
                                List.of(group.namespace()),
                                Pods.selector(group.labels()),
                                (slot, pods) -> counts[nodes.domain()[slot]] += pods);
                return List.of(new DomainRule() {
                    @Override
                    public String topologyKey() {
                        return "kubernetes.io/hostname";
                    }

                    @Override
                    public int[] counts() {
                        return counts;
                    }

                    @Override
                    public BitSet compared() {
                        return new BitSet();
                    }

                    @Override
                    public int step() {
                        return step;
                    }

                    @Override
                    public boolean accepts(int count, int lowest, boolean any) {
                        return count < 2;
                    }
                });
            }
        };
        return new RulesContractTest() {
            @Override
            protected PlacementRules rules() {
                return rules;
            }
        };
    }

    @Test
    void findsStepsThatAreNotWhatAPodAdds() {
        rules(1).aPlacedPodAddsItsStepToItsDomain();
        fails(() -> rules(2).aPlacedPodAddsItsStepToItsDomain(), "after a pod was placed");
    }
}
