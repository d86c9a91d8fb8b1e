package org.kochab.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutboxTest {
    @Test
    void metricsAreDroppedFirstThenLogsTheOldestFirst() {
        List<String> dropped = new ArrayList<>();
        Outbox outbox = new Outbox(40);
        for (String name : List.of("l1", "m1", "l2", "m2", "l3", "l4", "l5")) {
            Outbox.Lane lane = name.startsWith("m") ? Outbox.Lane.METRICS : Outbox.Lane.LOGS;
            outbox.put(new Outbox.Letter(lane, name, new byte[10], ok -> dropped.add(name)));
        }
        assertThat(dropped).containsExactly("m1", "m2", "l1");
        assertThat(outbox.take().orElseThrow().topic()).isEqualTo("l2");
    }

    @Test
    void reconnectsSpreadOverTheWholeSpan() {
        Reconnect reconnect = new Reconnect(new SplittableRandom(1), Duration.ofSeconds(300));
        long most = 0;
        for (int i = 0; i < 200; i++) {
            long delay = reconnect.delay(0);
            assertThat(delay).isBetween(0L, Math.min(300_000, 1_000L << Math.min(i, 20)));
            most = Math.max(most, delay);
        }
        assertThat(most).isGreaterThan(200_000);
        assertThat(reconnect.delay(60_000)).isLessThanOrEqualTo(1_000);
    }

    @Test
    void variablesAreExpandedAsInKubernetes() {
        var environment = new java.util.TreeMap<>(java.util.Map.of("A", "1"));
        assertThat(Tasks.expand("$(A) $(B) $$(A) $x", environment)).isEqualTo("1 $(B) $(A) $x");
        assertThat(Durations.millis("1h30m5s").getAsLong()).isEqualTo(5_405_000);
        assertThat(Durations.millis("5x")).isEmpty();
    }
}
