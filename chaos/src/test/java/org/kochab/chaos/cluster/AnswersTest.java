package org.kochab.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final Answers answers = new Answers();

    @Test
    void knowsTheLongestCallOfAnInterval() {
        lines("S 0.0.0.0 10 put k 1f", "A 0.0.0.0 20 1", "S 0.0.0.1 30 put k 2f", "R 0.0.0.1 80 Busy");
        assertThat(answers.longestCall(0, 15)).isEqualTo(10);
        assertThat(answers.longestCall(0, 31)).isEqualTo(50);
        assertThat(answers.longestCall(80, 90)).isZero();
    }

    @Test
    void knowsHowLongAWriterWasNotAcknowledgedWhateverItWasTold() {
        lines("S 0.0.0.0 10 put k 1f", "A 0.0.0.0 20 1", "S 0.0.0.1 30 put k 2f", "R 0.0.0.1 40 NotLeader");
        lines("C 0.0.s.0 35 s - 3f", "A 0.0.s.0 60 2", "S 0.0.0.2 50 put k 4f", "A 0.0.0.2 100 3");
        assertThat(answers.longestWithout(50, 70)).isEqualTo(80);
        assertThat(answers.longestWithout(0, 20)).isZero();
    }

    @Test
    void doesNotCountTheTimeThatAProcessWasNotThere() {
        lines("S 0.0.0.0 10 put k 1f", "A 0.0.0.0 20 1", "S 0.1.0.0 990 put k 2f", "A 0.1.0.0 1000 2");
        assertThat(answers.longestWithout(0, 1000)).isZero();
    }

    @Test
    void tellsAnswersThatSayWhatToDoFromOthers() {
        lines("S 0.0.0.0 10 put k 1f", "R 0.0.0.0 20 Absent", "S 0.0.0.1 30 put k 2f", "U 0.0.0.1 40 Unknown");
        assertThat(answers.untyped()).isZero();
        lines(
                "S 0.0.0.2 50 put k 1f",
                "U 0.0.0.2 60 IllegalStateException",
                "C 0.0.s.0 70 s - 2f",
                "R 0.0.s.0 80 Busy");
        assertThat(answers.untyped()).isEqualTo(1);
        assertThat(answers.refusals())
                .containsOnlyKeys("Absent", "Unknown", "IllegalStateException", "Busy")
                .containsEntry("Busy", 1L);
    }

    private void lines(String... lines) {
        Stream.of(lines).forEach(answers::line);
    }
}
