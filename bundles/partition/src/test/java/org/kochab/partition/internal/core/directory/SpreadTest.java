package org.kochab.partition.internal.core.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.PartitionId;

class SpreadTest {
    private static final List<PartitionId> FIVE = List.of(
            new PartitionId("directory"),
            new PartitionId("rm-1"),
            new PartitionId("rm-2"),
            new PartitionId("tp-1"),
            new PartitionId("tp-2"));
    private static final List<String> THREE = List.of("m1", "m2", "m3");

    @Test
    void eachPartitionHasOnePreferredMemberAndNoMemberIsPreferredByMoreThanItsShare() {
        int[] preferred = new int[3];
        for (PartitionId p : FIVE) {
            List<Integer> ranks =
                    THREE.stream().map(m -> Spread.rank(p, FIVE, THREE, m)).toList();
            assertThat(ranks).containsExactlyInAnyOrder(0, 1, 2);
            preferred[ranks.indexOf(0)]++;
        }
        assertThat(preferred).containsExactly(2, 2, 1);
    }

    @Test
    void whoIsAloneOrKnowsNothingWaitsForNobody() {
        assertThat(Spread.rank(FIVE.get(3), FIVE, List.of("m1"), "m1")).isZero();
        assertThat(Spread.rank(new PartitionId("new"), FIVE, THREE, "m2")).isZero();
        assertThat(Spread.rank(FIVE.get(3), FIVE, THREE, "stranger")).isZero();
    }
}
