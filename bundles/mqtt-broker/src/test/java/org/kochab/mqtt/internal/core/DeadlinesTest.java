package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines<String> deadlines = new Deadlines<>();
    private final List<String> expired = new ArrayList<>();

    @Test
    void expiresInOrderOfTimeThenOfScheduling() {
        deadlines.schedule(20, "late");
        deadlines.schedule(10, "first");
        deadlines.schedule(10, "second");
        deadlines.schedule(30, "later");
        deadlines.expire(20, expired::add);
        assertThat(expired).containsExactly("first", "second", "late");
        assertThat(deadlines.size()).isEqualTo(1);
    }

    @Test
    void forgetsWhatIsCancelled() {
        var cancelled = deadlines.schedule(10, "x");
        deadlines.schedule(10, "x");
        deadlines.cancel(cancelled);
        deadlines.expire(10, expired::add);
        assertThat(expired).containsExactly("x");
        assertThat(deadlines.size()).isZero();
    }
}
