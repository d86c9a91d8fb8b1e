package org.kochab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check must accept what is right and must find what is wrong. */
class HistoryTest {
    private final History history = new History();

    @Test
    void takesTheNewestAcknowledgedValue() {
        history.readLines(List.of("S 1 put 0/1", "A 1 1", "S 2 put 0/1,0/2", "A 2 2"));
        state(2, "0/1=2", "0/2=2");
        assertThat(history.clean()).isTrue();
    }

    @Test
    void takesEitherOutcomeOfWhatHasNoAnswer() {
        history.readLines(List.of("S 1 put 0/1", "A 1 1", "S 2 put 0/1"));
        state(1, "0/1=1");
        assertThat(history.clean()).isTrue();
        history.readLines(List.of("S 3 put 0/1", "U 3"));
        state(2, "0/1=3");
        assertThat(history.clean()).isTrue();
        assertThat(history.json()).contains("\"unknown\":2", "\"acknowledged\":1", "\"writes\":3");
    }

    @Test
    void findsALostValue() {
        history.readLines(List.of("S 1 put 0/1", "A 1 1", "S 2 put 0/1", "A 2 2"));
        state(2, "0/1=1");
        assertThat(history.json()).contains("\"lost\":1", "\"phantom\":0");
    }

    @Test
    void findsALostKeyAndALostRevision() {
        history.readLines(List.of("S 1 put 0/1", "A 1 7"));
        state(6);
        assertThat(history.json()).contains("\"lost\":2");
    }

    @Test
    void findsALostDelete() {
        history.readLines(List.of("S 1 put 0/1", "A 1 1", "S 2 delete 0/1", "A 2 2"));
        state(2, "0/1=1");
        assertThat(history.json()).contains("\"lost\":1");
    }

    @Test
    void findsAValueNobodyAskedFor() {
        history.readLines(List.of("S 1 put 0/1", "A 1 1"));
        state(1, "0/1=9");
        assertThat(history.json()).contains("\"lost\":0", "\"phantom\":1");
    }

    @Test
    void findsARefusedValue() {
        history.readLines(List.of("S 1 put 0/1", "A 1 1", "S 2 put 0/1", "R 2"));
        state(2, "0/1=2");
        assertThat(history.json()).contains("\"phantom\":1");
    }

    @Test
    void findsAnUnknownValueThatCameBackOverANewerOne() {
        history.readLines(List.of("S 1 put 0/1", "U 1", "S 2 put 0/1", "A 2 1"));
        state(2, "0/1=1");
        assertThat(history.json()).contains("\"lost\":1");
    }

    @Test
    void findsASplitTransaction() {
        history.readLines(List.of("S 1 put 0/1"));
        history.checkLines(List.of("a/0/1 1", "END 1"));
        assertThat(history.json()).contains("\"torn\":1");
        assertThat(history.clean()).isFalse();
    }

    private void state(long revision, String... values) {
        List<String> lines = new ArrayList<>();
        for (String value : values) {
            String[] parts = value.split("=");
            lines.add("a/" + parts[0] + " " + parts[1]);
            lines.add("b/" + parts[0] + " " + parts[1]);
        }
        lines.add("END " + revision);
        history.checkLines(lines);
    }
}
