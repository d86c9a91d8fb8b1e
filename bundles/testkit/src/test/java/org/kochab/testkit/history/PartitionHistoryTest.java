package org.kochab.testkit.history;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionHistoryTest {
    private final PartitionHistory history = new PartitionHistory();

    @Test
    void aHistoryThatCanBeTrueIsAccepted() {
        history.committed(1, 0, Map.of("k", "a"));
        history.unknown();
        history.committed(3, 1, Map.of("k", "c"));
        history.event(1, "k", "a");
        history.event(2, "k", "b");
        history.event(3, "k", "c");
        assertThatCode(() -> {
                    history.checkSeen(0, 3);
                    history.checkEnd(3);
                    history.checkKeys();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsLostDoubledOrMadeUpIsFound() {
        history.committed(1, 0, Map.of("k", "a"));
        assertThatThrownBy(() -> history.committed(1, 0, Map.of("k", "b"))).hasMessageContaining("given twice");
        assertThatThrownBy(() -> history.committed(1, 1, Map.of("k", "c"))).hasMessageContaining("submitted after");
        assertThatThrownBy(() -> history.read(0, 1)).hasMessageContaining("was acknowledged");
        history.neverWritten("d");
        assertThatThrownBy(() -> history.seen("d")).hasMessageContaining("never to be written");
        assertThatThrownBy(() -> history.event(2, "k", "d")).hasMessageContaining("never to be written");
        assertThatThrownBy(() -> history.checkSeen(0, 1)).hasMessageContaining("watchers saw");
        assertThatThrownBy(() -> history.checkEnd(0)).hasMessageContaining("the last one is 0");
        assertThatThrownBy(() -> history.checkEnd(2)).hasMessageContaining("not dense");
    }

    @Test
    void whatWasFoundWhereNobodyHearsItIsSaidAtTheEnd() {
        history.violated(new AssertionError("found"));
        assertThatThrownBy(() -> history.checkEnd(0)).hasMessage("found");
    }

    @Test
    void everyKeyIsToBeLinearizable() {
        history.call("k", new Call("c", 1, 2, new Call.Ask.Write("a"), new Call.Answer.Done()));
        history.call("k", new Call("c", 3, 4, new Call.Ask.Read(), new Call.Answer.Was(null)));
        assertThatThrownBy(history::checkKeys).hasMessageContaining("key k");
    }
}
