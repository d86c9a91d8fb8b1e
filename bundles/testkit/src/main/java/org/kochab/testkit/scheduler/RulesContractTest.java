package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.PlacementRules;

/** What the default schedulers rely on in all {@link PlacementRules}. The own test of such a plugin extends this class. */
public abstract class RulesContractTest {
    private static final int MOST_COUNTED = 6;
    private static final double ROUNDING = 1e-9;

    /** The plugin, as it is registered. Asked several times: every answer must be as good as the first. */
    protected abstract PlacementRules rules();

    /** Labels of nodes that the rules look at, by key with some values: many nodes of the test's clusters have them. */
    protected Map<String, List<String>> nodeLabels() {
        return Map.of();
    }

    private List<PlacementCase> cases() {
        return PlacementCase.all(nodeLabels());
    }

    private static List<DomainRule> begin(PlacementRules rules, PlacementCase at) {
        return rules.begin(at.context(at.view()));
    }

    /** A rule with all its answers. */
    private record Said(
            String topologyKey,
            List<Integer> counts,
            BitSet compared,
            int step,
            double weight,
            boolean withoutKey,
            List<Object> answers) {
        static Said of(DomainRule rule) {
            List<Object> answers = new ArrayList<>();
            for (int count = 0; count <= MOST_COUNTED; count++) {
                for (int lowest = 0; lowest <= count; lowest++) {
                    for (boolean any : new boolean[] {false, true}) {
                        answers.add(rule.accepts(count, lowest, any));
                        answers.add(rule.weight() == 0 ? 0.0 : rule.score(count, lowest, any));
                    }
                }
            }
            return new Said(
                    rule.topologyKey(),
                    Arrays.stream(rule.counts()).boxed().toList(),
                    rule.compared(),
                    rule.step(),
                    rule.weight(),
                    rule.acceptsWithoutKey(),
                    answers);
        }
    }

    private static List<Said> said(List<DomainRule> rules) {
        return rules.stream().map(Said::of).toList();
    }

    @Test
    void hasAName() {
        assertThat(rules().name()).isNotBlank().isEqualTo(rules().name());
    }

    @Test
    void hasARuleForSomeGroup() {
        assertThat(cases()).as("groups with a rule").anyMatch(at -> !begin(rules(), at)
                .isEmpty());
    }

    @Test
    void theSameInputHasTheSameRulesWhateverWasAskedBefore() {
        List<PlacementCase> cases = cases();
        PlacementRules used = rules();
        List<List<Said>> first = cases.stream().map(at -> said(begin(used, at))).toList();
        for (int i = cases.size() - 1; i >= 0; i--) {
            PlacementCase at = cases.get(i);
            assertThat(said(begin(used, at))).as(at.toString()).isEqualTo(first.get(i));
            assertThat(said(begin(rules(), at))).as(at.toString()).isEqualTo(first.get(i));
        }
    }

    @Test
    void countsAreOfTheKeysDomains() {
        for (PlacementCase at : cases()) {
            for (DomainRule rule : begin(rules(), at)) {
                int domains = at.cluster().topology(rule.topologyKey()).names().size();
                assertThat(rule.counts()).as(at.toString()).hasSize(domains);
                assertThat(rule.compared().length()).as(at.toString()).isLessThanOrEqualTo(domains);
            }
        }
    }

    @Test
    void scoresAreFrom0To100() {
        for (PlacementCase at : cases()) {
            for (DomainRule rule : begin(rules(), at)) {
                assertThat(rule.weight()).as(at.toString()).isFinite().isNotNegative();
                if (rule.weight() > 0) {
                    assertThat(rule.scoreWithoutKey()).as(at.toString()).isBetween(0.0, 100.0);
                    for (Counted counted : Counted.of(at, List.of(rule))) {
                        at.cluster().live().stream().forEach(slot -> assertThat(counted.score(slot))
                                .as(at.toString())
                                .isBetween(0.0, 100.0));
                    }
                }
            }
        }
    }

    /** A rule with its counts, as the scheduler keeps them. */
    private record Counted(DomainRule rule, int[] counts, int[] domain) {
        static List<Counted> of(PlacementCase at, List<DomainRule> rules) {
            return rules.stream()
                    .map(rule -> new Counted(
                            rule,
                            rule.counts().clone(),
                            at.cluster().topology(rule.topologyKey()).domain()))
                    .toList();
        }

        void place(int slot) {
            if (domain[slot] >= 0) {
                counts[domain[slot]] += rule.step();
            }
        }

        private int lowest() {
            return rule.compared().stream().map(d -> counts[d]).min().orElse(0);
        }

        private boolean any() {
            return Arrays.stream(counts).anyMatch(count -> count != 0);
        }

        boolean accepts(int slot) {
            return domain[slot] < 0 ? rule.acceptsWithoutKey() : rule.accepts(counts[domain[slot]], lowest(), any());
        }

        double score(int slot) {
            return domain[slot] < 0 ? rule.scoreWithoutKey() : rule.score(counts[domain[slot]], lowest(), any());
        }
    }

    private static boolean accepted(List<Counted> rules, int slot) {
        return rules.stream().allMatch(rule -> rule.accepts(slot));
    }

    /** The mean of all rules' scores by weight; 0 if none has any. */
    private static double score(List<Counted> rules, int slot) {
        double weights = rules.stream().mapToDouble(rule -> rule.rule.weight()).sum();
        return weights == 0
                ? 0
                : rules.stream()
                                .filter(rule -> rule.rule.weight() > 0)
                                .mapToDouble(rule -> rule.rule.weight() * rule.score(slot))
                                .sum()
                        / weights;
    }

    /** The scheduler counts by itself: what it has counted must come to what the plugin would say if it began anew. */
    @Test
    void aPlacedPodAddsItsStepToItsDomain() {
        for (PlacementCase at : cases()) {
            at.roomy().stream()
                    .filter(slot ->
                            HardRules.nodeFits(at.group().spec(), at.cluster().node(slot)))
                    .filter(slot -> accepted(Counted.of(at, begin(rules(), at)), slot))
                    .limit(3)
                    .forEach(slot -> placedOn(at, slot));
        }
    }

    private void placedOn(PlacementCase at, int slot) {
        List<Counted> counted = Counted.of(at, begin(rules(), at));
        counted.forEach(rule -> rule.place(slot));
        List<Counted> anew = Counted.of(at, begin(rules(), at.placed(slot)));
        at.cluster().live().stream().forEach(other -> {
            assertThat(accepted(counted, other))
                    .as("%s, slot %d accepted after a pod was placed on slot %d", at, other, slot)
                    .isEqualTo(accepted(anew, other));
            assertThat(score(counted, other))
                    .as("%s, score of slot %d after a pod was placed on slot %d", at, other, slot)
                    .isCloseTo(score(anew, other), within(ROUNDING));
        });
    }

    @Test
    void saysWhyAndDoesNotChangeTheView() {
        for (PlacementCase at : cases()) {
            WatchedView view = at.view();
            for (Counted counted : Counted.of(at, rules().begin(at.context(view)))) {
                BitSet refused = new BitSet();
                at.cluster().live().stream()
                        .filter(slot -> !counted.accepts(slot))
                        .forEach(refused::set);
                if (!refused.isEmpty()) {
                    assertThat(counted.rule.code()).isNotNull();
                    assertThat(counted.rule.reason(refused))
                            .as(at.toString())
                            .isNotBlank()
                            .doesNotContain("\n");
                }
            }
            assertThat(view.changed()).as(at.toString()).isEmpty();
        }
    }
}
