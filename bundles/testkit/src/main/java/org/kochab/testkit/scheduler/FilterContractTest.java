package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementFilter;

/** What the default schedulers rely on in every {@link PlacementFilter}. A filter's own test extends this class. */
public abstract class FilterContractTest {
    private static final int LONGEST_REASON = 1000;

    /** The filter, as it is registered. Asked several times: every answer must be as good as the first. */
    protected abstract PlacementFilter filter();

    /** Labels of nodes that the filter looks at, by key with some values: many nodes of the test's clusters have them. */
    protected Map<String, List<String>> nodeLabels() {
        return Map.of();
    }

    private List<PlacementCase> cases() {
        return PlacementCase.all(nodeLabels());
    }

    /** What it leaves of the candidates. */
    private static BitSet accepted(PlacementFilter filter, PlacementCase at, BitSet candidates) {
        return filter.begin(at.context(at.view()))
                .map(group -> accepted(group, candidates))
                .orElseGet(() -> (BitSet) candidates.clone());
    }

    private static BitSet accepted(GroupFilter group, BitSet candidates) {
        BitSet left = (BitSet) candidates.clone();
        group.filter(left);
        return left;
    }

    @Test
    void hasAName() {
        assertThat(filter().name()).isNotBlank().isEqualTo(filter().name());
    }

    @Test
    void refusesSomeNodesAndNotAll() {
        assertThat(cases())
                .as("clusters in which it refuses a node: say with nodeLabels() what it looks at")
                .anyMatch(at -> !accepted(filter(), at, at.cluster().live())
                        .equals(at.cluster().live()));
        assertThat(cases())
                .as("clusters in which it accepts a node")
                .anyMatch(at -> !accepted(filter(), at, at.cluster().live()).isEmpty());
    }

    @Test
    void addsNoCandidates() {
        for (PlacementCase at : cases()) {
            BitSet some = at.cluster().live();
            at.cluster().live().stream().filter(slot -> slot % 2 == 0).forEach(some::clear);
            BitSet added = accepted(filter(), at, some);
            added.andNot(some);
            assertThat(added).as("slots that were no candidates, %s", at).isEqualTo(new BitSet());
        }
    }

    @Test
    void theSameInputHasTheSameAnswerWhateverWasAskedBefore() {
        List<PlacementCase> cases = cases();
        PlacementFilter used = filter();
        List<BitSet> first = cases.stream()
                .map(at -> accepted(used, at, at.cluster().live()))
                .toList();
        for (int i = cases.size() - 1; i >= 0; i--) {
            PlacementCase at = cases.get(i);
            assertThat(accepted(used, at, at.cluster().live()))
                    .as(at.toString())
                    .isEqualTo(first.get(i));
            assertThat(accepted(filter(), at, at.cluster().live()))
                    .as(at.toString())
                    .isEqualTo(first.get(i));
        }
    }

    @Test
    void aNodesAnswerDependsOnNoOtherCandidate() {
        for (PlacementCase at : cases()) {
            BitSet all = accepted(filter(), at, at.cluster().live());
            at.cluster().live().stream().forEach(slot -> {
                BitSet alone = new BitSet();
                alone.set(slot);
                assertThat(accepted(filter(), at, alone).get(slot))
                        .as("%s, slot %d alone", at, slot)
                        .isEqualTo(all.get(slot));
            });
        }
    }

    @Test
    void saysWhy() {
        for (PlacementCase at : cases()) {
            filter().begin(at.context(at.view())).ifPresent(group -> {
                BitSet refused = at.cluster().live();
                refused.andNot(accepted(group, at.cluster().live()));
                if (!refused.isEmpty()) {
                    assertThat(group.code()).as(at.toString()).isNotNull();
                    assertThat(group.reason(refused))
                            .as(at.toString())
                            .isNotBlank()
                            .doesNotContain("\n")
                            .hasSizeLessThan(LONGEST_REASON);
                }
            });
        }
    }

    @Test
    void doesNotChangeTheView() {
        for (PlacementCase at : cases()) {
            WatchedView view = at.view();
            filter().begin(at.context(view)).ifPresent(group -> {
                BitSet refused = at.cluster().live();
                refused.andNot(accepted(group, at.cluster().live()));
                if (!refused.isEmpty()) {
                    group.reason(refused);
                }
                at.roomy().stream().limit(1).filter(slot -> group.changes()).forEach(slot -> {
                    view.place(at.group(), slot);
                    group.placed(slot);
                    group.accepts(slot);
                });
            });
            assertThat(view.changed()).as(at.toString()).isEmpty();
        }
    }

    /** One that does not change is not asked again after a pod was placed; one that does, only about the node. */
    @Test
    void aPlacedPodMattersToItsNodeOnlyAndOnlyIfItSaysSo() {
        for (PlacementCase at : cases()) {
            WatchedView view = at.view();
            Optional<GroupFilter> running = filter().begin(at.context(view));
            BitSet open = at.roomy();
            running.ifPresent(group -> group.filter(open));
            if (open.isEmpty()) {
                continue;
            }
            int slot = open.nextSetBit((int) at.seed() % open.length());
            BitSet expected = accepted(filter(), at, at.cluster().live());
            view.place(at.group(), slot);
            running.filter(GroupFilter::changes).ifPresent(group -> {
                group.placed(slot);
                expected.set(slot, group.accepts(slot));
                assertThat(accepted(group, at.cluster().live()))
                        .as("%s, asked about all again after a pod was placed on slot %d", at, slot)
                        .isEqualTo(expected);
            });
            assertThat(accepted(filter(), at.placed(slot), at.cluster().live()))
                    .as("%s, begun anew after a pod was placed on slot %d", at, slot)
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatItAcceptsHasWhatItNeeds() {
        for (PlacementCase at : cases()) {
            filter().begin(at.context(at.view()))
                    .ifPresent(group -> accepted(group, at.cluster().live()).stream()
                            .forEach(slot -> group.needs().forEach((resource, amount) -> assertThat(
                                            at.cluster().allocatable(resource)[slot]
                                                    - at.cluster().committed(resource)[slot])
                                    .as("%s, %s that slot %d has free", at, resource, slot)
                                    .isGreaterThanOrEqualTo(amount))));
        }
    }
}
