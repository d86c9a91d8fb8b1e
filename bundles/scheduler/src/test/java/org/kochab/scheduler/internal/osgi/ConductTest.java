package org.kochab.scheduler.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import org.junit.jupiter.api.Test;

class ConductTest {
    private final Conduct conduct = new Conduct("acme", () -> 0, config());

    private static SchedulerConfig config() {
        return new SchedulerConfig() {
            @Override
            public long slow_millis() {
                return 10;
            }

            @Override
            public int slow_groups() {
                return 3;
            }

            @Override
            public int quarantine_batches() {
                return 2;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return SchedulerConfig.class;
            }
        };
    }

    @Test
    void leavesOutWhatIsSlowSeveralTimesInARow() {
        slow(3);

        assertThat(conduct.isLeftOut()).isTrue();
        assertThat(conduct.isLeftOut()).isTrue();
        assertThat(conduct.isLeftOut()).isFalse();
    }

    @Test
    void isSlowAgainAfterItsQuarantine() {
        slow(3);
        conduct.isLeftOut();
        conduct.isLeftOut();

        slow(3);

        assertThat(conduct.isLeftOut()).isTrue();
    }

    @Test
    void forgivesWhatIsSlowNowAndThen() {
        slow(2);
        conduct.took("x", 1);
        slow(2);

        assertThat(conduct.isLeftOut()).isFalse();
    }

    @Test
    void countsFailures() {
        conduct.failed("x", new IllegalStateException("expected by the test"));

        assertThat(conduct.failures()).isEqualTo(1);
    }

    private void slow(int times) {
        for (int i = 0; i < times; i++) {
            conduct.took("x", 11_000_000);
        }
    }
}
