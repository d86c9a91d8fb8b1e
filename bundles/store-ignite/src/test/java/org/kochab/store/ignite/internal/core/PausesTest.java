package org.kochab.store.ignite.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PausesTest {
    private final Pauses pauses = new Pauses(bound -> bound - 1);

    @Test
    void afterSomeTriesChanceIsAddedSoThatTwoMembersDoNotMeetEachTime() {
        assertThat(IntStream.range(0, 5).map(i -> pauses.apart())).containsExactly(1000, 1000, 1000, 3999, 3999);
        assertThat(pauses.afterUse()).isEqualTo(1000);
        assertThat(pauses.apart()).isEqualTo(1000);
    }

    @Test
    void failuresAreFollowedByLongerAndLongerPauses() {
        assertThat(IntStream.range(0, 8).map(i -> pauses.failed(0) / 1000)).containsExactly(1, 2, 4, 8, 16, 32, 60, 60);
        assertThat(pauses.failed(121)).isEqualTo(1000);
    }
}
