package org.kochab.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static Instant next(String text, String zone, String after) {
        return Schedule.parse(text, zone).next(Instant.parse(after)).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "*/5 * * * *, 2026-01-01T00:05:00Z",
        "30 3 * * 1-5, 2026-01-01T03:30:00Z",
        "0 0 13 * 5, 2026-01-02T00:00:00Z",
        "0 0 * * SUN, 2026-01-04T00:00:00Z",
        "0 0 * * 7, 2026-01-04T00:00:00Z",
        "5-10/2 4 * MAR *, 2026-03-01T04:05:00Z",
        "0 0 29 2 *, 2028-02-29T00:00:00Z",
        "@hourly, 2026-01-01T01:00:00Z",
        "@weekly, 2026-01-04T00:00:00Z",
        "@monthly, 2026-02-01T00:00:00Z",
        "@yearly, 2027-01-01T00:00:00Z"
    })
    void theNextTimeIsCrons(String text, String expected) {
        assertThat(next(text, null, "2026-01-01T00:00:00Z")).isEqualTo(expected);
    }

    @Test
    void timeZonesWithTheirSummerTime() {
        assertThat(next("0 12 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z")).isEqualTo("2026-03-29T10:00:00Z");
        // 02:30 does not exist that day.
        assertThat(next("30 2 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z")).isBefore("2026-03-30T01:00:00Z");
    }

    @Test
    void theLastTimeIsTheOneThatWasNow() {
        Schedule schedule = Schedule.parse("*/10 * * * *", null);
        for (String now : List.of("2026-01-01T00:10:00Z", "2026-01-01T00:10:01Z", "2026-01-01T00:19:59.999Z")) {
            assertThat(schedule.last(Instant.parse(now))).contains(Instant.parse("2026-01-01T00:10:00Z"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "* * * *", "* * * * * *", "61 * * * *", "*/0 * * * *", "a * * * *", "@never", "0 0 31 2 *"})
    void nonsenseIsRefusedWithTheRemedy(String text) {
        assertThatThrownBy(() -> Schedule.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no schedule (")
                .hasMessageContaining("30 3 * * 1-5");
    }

    @Test
    void timeZonesThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> Schedule.parse("@daily", "Europe/Atlantis")).hasMessageContaining("is no time zone");
        assertThatThrownBy(() -> Schedule.check("1".repeat(300))).hasMessageContaining("256 is most");
    }
}
