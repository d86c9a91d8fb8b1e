package org.kochab.mqtt.internal.core;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets some lines a minute into the log and counts the others: whoever reaches the broker must not be able to fill it. One thread. */
final class LogLimit {
    private static final Logger LOG = LoggerFactory.getLogger(LogLimit.class);
    private static final int LINES_A_PERIOD = 100;
    private static final long PERIOD_MILLIS = 60_000;

    private final LongSupplier clock;
    private long periodEnd = Long.MIN_VALUE;
    private int said;

    LogLimit(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether a line may be written now. */
    boolean admits() {
        long now = clock.getAsLong();
        if (now >= periodEnd) {
            if (said > LINES_A_PERIOD) {
                LOG.info("{} more MQTT clients were not let in", said - LINES_A_PERIOD);
            }
            said = 0;
            periodEnd = now + PERIOD_MILLIS;
        }
        said++;
        return said <= LINES_A_PERIOD;
    }
}
