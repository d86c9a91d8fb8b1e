package org.kochab.store.ignite.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PausesTest {
    private final Pauses pauses = new Pauses();

    @Test
    void whoGivesWayAgainStaysAwayForLonger() {
        assertThat(IntStream.range(0, 6).map(i -> pauses.apart(true))).containsExactly(3, 6, 12, 24, 24, 24);
        assertThat(pauses.afterUse()).isEqualTo(1);
        assertThat(pauses.apart(true)).isEqualTo(3);
    }

    @Test
    void whoMustComeFirstTriesAtOnce() {
        assertThat(IntStream.range(0, 4).map(i -> pauses.apart(false))).containsOnly(1);
    }

    @Test
    void failuresAreFollowedByLongerAndLongerPauses() {
        assertThat(IntStream.range(0, 8).map(i -> pauses.failed(0))).containsExactly(1, 2, 4, 8, 16, 32, 60, 60);
        assertThat(pauses.failed(121)).isEqualTo(1);
    }
}
