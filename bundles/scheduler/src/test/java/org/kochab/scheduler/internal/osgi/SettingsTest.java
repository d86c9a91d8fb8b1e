package org.kochab.scheduler.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kochab.scheduler.internal.core.Conduct;
import org.kochab.scheduler.internal.core.VendorPlugins;

class SettingsTest {
    private static SchedulerConfig config(String failure, String... ignored) {
        return new SchedulerConfig() {
            @Override
            public long slow_millis() {
                return 1;
            }

            @Override
            public int slow_groups() {
                return 2;
            }

            @Override
            public int failure_groups() {
                return 3;
            }

            @Override
            public int quarantine_seconds() {
                return 4;
            }

            @Override
            public int quarantine_longest_seconds() {
                return 5;
            }

            @Override
            public String filter_failure() {
                return failure;
            }

            @Override
            public String[] filter_ignored() {
                return ignored;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return SchedulerConfig.class;
            }
        };
    }

    @Test
    void everySettingHasItsPlace() {
        assertThat(PlacementPlugins.settings(config("ignore", "b", "a")))
                .isEqualTo(new VendorPlugins.Settings(
                        new Conduct.Limits(1_000_000, 2, 3, 4_000_000_000L, 5_000_000_000L),
                        true,
                        new TreeSet<>(List.of("a", "b"))));
    }

    /** What is not understood must not let pods go where a filter forbids it, nor stop all placing. */
    @Test
    void whatIsNotUnderstoodRefuses() {
        assertThat(PlacementPlugins.settings(config("ingore")).ignoreFailures()).isFalse();
        assertThat(PlacementPlugins.settings(config("refuse")).ignoreFailures()).isFalse();
    }
}
