package org.kochab.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UpdatesTest {
    private final Updates updates = new Updates();

    @Test
    void countsThoseThatCameToTheirEnd() {
        lines("P 1 0", "B 1 10", "E 1 15", "V 1 20", "B 2 30", "E 2 35");
        assertThat(updates.begun()).isEqualTo(2);
        assertThat(updates.done()).containsExactly(new Updates.Done(10, 20));
        assertThat(updates.isOver()).isFalse();
        assertThat(updates.wrongKeys()).isZero();
    }

    @Test
    void knowsWhatIsWrongAndWhatIsLeft() {
        lines("P 1 3", "B 1 10", "V 1 20", "D 21");
        assertThat(updates.wrongKeys()).isEqualTo(3);
        assertThat(updates.isOver()).isTrue();
        assertThat(updates.isCounted()).isFalse();
        lines("T some thread", "L 30 2 100 101");
        assertThat(updates.isCounted()).isTrue();
        assertThat(updates.left()).isEqualTo(new Updates.Left(2, 100, 101));
        assertThat(updates.findings()).containsExactly("a thread of a former version is left: some thread");
        lines("X java.io.IOException: no disk");
        assertThat(updates.failure()).isEqualTo("java.io.IOException: no disk");
    }

    private void lines(String... lines) {
        Stream.of(lines).forEach(updates::line);
    }
}
