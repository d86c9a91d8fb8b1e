package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    @Test
    void letsSomeLinesAMinuteThrough() {
        AtomicLong now = new AtomicLong(1);
        LogLimit limit = new LogLimit(now::get);
        assertThat(admitted(limit, 10_000)).isEqualTo(100);
        now.addAndGet(59_999);
        assertThat(limit.admits()).isFalse();
        now.incrementAndGet();
        assertThat(admitted(limit, 10_000)).isEqualTo(100);
    }

    private static long admitted(LogLimit limit, int lines) {
        return IntStream.range(0, lines).filter(i -> limit.admits()).count();
    }
}
