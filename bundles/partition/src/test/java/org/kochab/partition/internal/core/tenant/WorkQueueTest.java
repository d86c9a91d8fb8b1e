package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final WorkQueue<String> queue = new WorkQueue<>(item -> item.substring(0, 1));

    @Test
    void whatIsAddedWhileItIsDoneIsDoneOnceMore() {
        queue.add("a");
        assertThat(queue.take(0)).contains("a");
        queue.add("a");
        queue.add("a");
        assertThat(queue.take(0)).isEmpty();
        queue.done("a");
        assertThat(queue.take(0)).contains("a");
        queue.done("a");
        assertThat(queue.take(0)).isEmpty();
        assertThat(queue.size()).isZero();
    }

    @Test
    void aRestIsKeptWhateverIsAdded() {
        queue.add("a");
        queue.take(0);
        queue.add("a");
        queue.rest("a", 100);
        queue.done("a");
        queue.add("a");
        assertThat(queue.take(99)).isEmpty();
        assertThat(queue.nextDue()).isEqualTo(100);
        assertThat(queue.take(100)).contains("a");
        assertThat(queue.take(100)).isEmpty();
        queue.done("a");
        assertThat(queue.size()).isZero();
    }

    @Test
    void countsWhatRests() {
        for (String item : List.of("a", "b")) {
            queue.add(item);
            queue.take(0);
            queue.add(item);
            queue.rest(item, 100);
            queue.done(item);
        }
        assertThat(queue.resting()).isEqualTo(2);
        assertThat(queue.take(100)).contains("a");
        assertThat(queue.resting()).isZero();
        queue.add("a");
        queue.done("a");
        assertThat(queue.resting()).isZero();
    }

    @Test
    void withNothingAddedThereIsNoRest() {
        queue.add("a");
        queue.take(0);
        queue.rest("a", 100);
        queue.done("a");
        assertThat(queue.size()).isZero();
        queue.add("a");
        assertThat(queue.take(1)).contains("a");
    }

    @Test
    void whatIsToBeDoneAgainAnywayDoesNotWaitForTheRest() {
        queue.add("a");
        queue.take(0);
        queue.add("a");
        queue.rest("a", 100);
        queue.later("a", 50);
        assertThat(queue.take(50)).contains("a");
    }

    @Test
    void failuresGrowTheDelay() {
        queue.add("a");
        queue.take(0);
        queue.add("a");
        assertThat(queue.failed("a", 0)).isEqualTo(1);
        assertThat(queue.take(9_999_999)).isEmpty();
        assertThat(queue.take(10_000_000)).contains("a");
        assertThat(queue.failed("a", 10_000_000)).isEqualTo(2);
        assertThat(queue.nextDue()).isEqualTo(30_000_000);
    }

    @Test
    void aTenantWithOneItemWaitsForOneOfEachOther() {
        for (int i = 0; i < 100; i++) {
            queue.add("b" + i);
            queue.add("c" + i);
        }
        queue.take(0);
        queue.add("a");
        assertThat(List.of(
                        queue.take(0).orElseThrow(),
                        queue.take(0).orElseThrow(),
                        queue.take(0).orElseThrow()))
                .containsExactly("c0", "b1", "a");
    }
}
