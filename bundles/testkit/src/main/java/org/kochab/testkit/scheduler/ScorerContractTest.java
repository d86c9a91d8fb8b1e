package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementScorer;

/** What the default schedulers rely on in every {@link PlacementScorer}. A scorer's own test extends this class. */
public abstract class ScorerContractTest {
    private static final double ROUNDING = 1e-9;

    /** The scorer, as it is registered. Asked several times: every answer must be as good as the first. */
    protected abstract PlacementScorer scorer();

    /** Labels of nodes that the scorer looks at, by key with some values: many nodes of the test's clusters have them. */
    protected Map<String, List<String>> nodeLabels() {
        return Map.of();
    }

    private List<PlacementCase> cases() {
        return PlacementCase.all(nodeLabels());
    }

    /** Scores by slot, of candidates only; empty if it has no opinion. */
    private static Optional<SortedMap<Integer, Double>> scores(
            PlacementScorer scorer, PlacementCase at, BitSet candidates) {
        return scorer.begin(at.context(at.view())).map(group -> scores(group, at, candidates));
    }

    private static SortedMap<Integer, Double> scores(GroupScorer group, PlacementCase at, BitSet candidates) {
        double[] scores = new double[at.cluster().slots()];
        group.score((BitSet) candidates.clone(), scores);
        SortedMap<Integer, Double> bySlot = new TreeMap<>();
        candidates.stream().forEach(slot -> bySlot.put(slot, scores[slot]));
        return bySlot;
    }

    @Test
    void hasANameAndAWeight() {
        assertThat(scorer().name()).isNotBlank().isEqualTo(scorer().name());
        assertThat(scorer().weight()).isPositive().isFinite();
    }

    @Test
    void isOfAnOpinionAboutSomeNodes() {
        assertThat(cases())
                .as("clusters in which it scores a node above 0: say with nodeLabels() what it looks at")
                .anyMatch(at -> scores(scorer(), at, at.roomy())
                        .map(scores -> scores.values().stream().anyMatch(score -> score > 0))
                        .orElse(false));
    }

    @Test
    void scoresAreFrom0To100() {
        for (PlacementCase at : cases()) {
            scores(scorer(), at, at.roomy()).ifPresent(scores -> assertThat(scores.values())
                    .as(at.toString())
                    .allSatisfy(score -> assertThat(score).isBetween(-ROUNDING, 100 + ROUNDING)));
        }
    }

    @Test
    void theSameInputHasTheSameScoresWhateverWasAskedBefore() {
        List<PlacementCase> cases = cases();
        PlacementScorer used = scorer();
        List<Optional<SortedMap<Integer, Double>>> first =
                cases.stream().map(at -> scores(used, at, at.roomy())).toList();
        for (int i = cases.size() - 1; i >= 0; i--) {
            PlacementCase at = cases.get(i);
            assertThat(scores(used, at, at.roomy())).as(at.toString()).isEqualTo(first.get(i));
            assertThat(scores(scorer(), at, at.roomy())).as(at.toString()).isEqualTo(first.get(i));
        }
    }

    @Test
    void aNodesScoreDependsOnNoOtherCandidate() {
        for (PlacementCase at : cases()) {
            scores(scorer(), at, at.roomy())
                    .ifPresent(all -> all.forEach((slot, score) -> {
                        BitSet alone = new BitSet();
                        alone.set(slot);
                        assertThat(scores(scorer(), at, alone).orElseThrow().get(slot))
                                .as("%s, slot %d alone", at, slot)
                                .isEqualTo(score);
                    }));
        }
    }

    @Test
    void changesNeitherTheViewNorTheCandidates() {
        for (PlacementCase at : cases()) {
            WatchedView view = at.view();
            BitSet candidates = at.roomy();
            scorer().begin(at.context(view)).ifPresent(group -> {
                group.score(candidates, new double[at.cluster().slots()]);
                at.roomy().stream().limit(1).filter(slot -> group.changes()).forEach(slot -> {
                    view.place(at.group(), slot);
                    group.placed(slot);
                    group.score(slot);
                });
            });
            assertThat(view.changed()).as(at.toString()).isEmpty();
            assertThat(candidates).as("candidates of " + at).isEqualTo(at.roomy());
        }
    }

    /** One that does not change is not asked again after a pod was placed; one that does, only about the node. */
    @Test
    void aPlacedPodMattersToItsNodeOnlyAndOnlyIfItSaysSo() {
        for (PlacementCase at : cases()) {
            WatchedView view = at.view();
            Optional<GroupScorer> running = scorer().begin(at.context(view));
            if (running.isEmpty() || at.roomy().isEmpty()) {
                continue;
            }
            GroupScorer group = running.get();
            SortedMap<Integer, Double> expected = scores(group, at, at.roomy());
            int slot = at.roomy().nextSetBit((int) at.seed() % at.roomy().length());
            view.place(at.group(), slot);
            if (group.changes()) {
                group.placed(slot);
                expected.put(slot, group.score(slot));
            }
            SortedMap<Integer, Double> anew =
                    scores(scorer(), at.placed(slot), at.roomy()).orElseGet(TreeMap::new);
            assertThat(anew.keySet())
                    .as("%s, begun anew with a pod on slot %d", at, slot)
                    .isEqualTo(expected.keySet());
            expected.forEach((other, score) -> assertThat(anew.get(other))
                    .as("%s, slot %d after a pod was placed on slot %d", at, other, slot)
                    .isCloseTo(score, within(ROUNDING)));
        }
    }

    @Test
    void levelsAreWhatItWouldScore() {
        for (PlacementCase at : cases()) {
            scorer().begin(at.context(at.view()))
                    .filter(group -> !group.changes())
                    .ifPresent(group -> group.levels()
                            .ifPresent(levels -> scores(group, at, at.roomy()).forEach((slot, score) -> {
                                List<Double> said = levels.stream()
                                        .filter(level -> level.slots().get(slot))
                                        .map(GroupScorer.Level::score)
                                        .toList();
                                assertThat(said)
                                        .as("%s, levels of slot %d", at, slot)
                                        .hasSizeLessThan(2);
                                assertThat(said.isEmpty() ? 0 : said.get(0))
                                        .as("%s, level of slot %d", at, slot)
                                        .isEqualTo(score);
                            })));
        }
    }

    @Test
    void boundsByAmountsHoldForEveryNode() {
        for (PlacementCase at : cases()) {
            WatchedView view = at.view();
            scorer().begin(at.context(view))
                    .filter(group -> !group.resources().isEmpty())
                    .ifPresent(group -> {
                        SortedMap<Integer, Double> scores = scores(group, at, at.roomy());
                        Bounds all = new Bounds(group.resources().size());
                        scores.forEach((slot, score) -> {
                            Bounds one = new Bounds(group.resources().size());
                            one.include(view, group.resources(), slot);
                            all.include(view, group.resources(), slot);
                            assertThat(one.of(group))
                                    .as("%s, bound of slot %d alone", at, slot)
                                    .isCloseTo(score, within(ROUNDING));
                        });
                        scores.forEach((slot, score) -> assertThat(all.of(group))
                                .as("%s, bound of all slots, and slot %d", at, slot)
                                .isGreaterThanOrEqualTo(score - ROUNDING));
                    });
        }
    }

    /** The least and the most of each amount on some nodes. */
    private static final class Bounds {
        private final double[] leastUsed;
        private final double[] mostUsed;
        private final double[] leastInverse;
        private final double[] mostInverse;

        Bounds(int resources) {
            leastUsed = filled(resources, Double.POSITIVE_INFINITY);
            mostUsed = filled(resources, Double.NEGATIVE_INFINITY);
            leastInverse = filled(resources, Double.POSITIVE_INFINITY);
            mostInverse = filled(resources, Double.NEGATIVE_INFINITY);
        }

        private static double[] filled(int size, double value) {
            double[] array = new double[size];
            java.util.Arrays.fill(array, value);
            return array;
        }

        void include(WatchedView view, List<String> resources, int slot) {
            for (int k = 0; k < resources.size(); k++) {
                double used = view.used(resources.get(k))[slot];
                double inverse = view.inverse(resources.get(k))[slot];
                leastUsed[k] = Math.min(leastUsed[k], used);
                mostUsed[k] = Math.max(mostUsed[k], used);
                leastInverse[k] = Math.min(leastInverse[k], inverse);
                mostInverse[k] = Math.max(mostInverse[k], inverse);
            }
        }

        double of(GroupScorer group) {
            return group.atMost(leastUsed, mostUsed, leastInverse, mostInverse);
        }
    }
}
