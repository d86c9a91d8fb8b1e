package org.kochab.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When something is to happen again and again: five fields as of cron (minute, hour, day of month, month, day of week), or a word such as {@code @daily}, in a
 * time zone. If both days are restricted, either is enough, as with cron. Immutable.
 */
public final class Schedule {
    private static final int MOST_CHARACTERS = 256;
    private static final Map<String, String> WORDS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private final ExecutionTime times;
    private final ZoneId zone;

    private Schedule(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /**
     * @param zone for example {@code Europe/Berlin}; UTC if null
     * @throws IllegalArgumentException the message is a sentence without the name of the field
     */
    public static Schedule parse(String text, @Nullable String zone) {
        return new Schedule(times(text), zone(zone));
    }

    /** Of {@link #parse}, only the schedule. */
    public static void check(String text) {
        times(text);
    }

    private static ExecutionTime times(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("has " + text.length() + " characters; " + MOST_CHARACTERS + " is most");
        }
        String fields = WORDS.getOrDefault(text.trim(), text.trim());
        try {
            var parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            ExecutionTime times = ExecutionTime.forCron(parser.parse(fields));
            if (times.nextExecution(ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC))
                    .isEmpty()) {
                throw new IllegalArgumentException("there is no such day");
            }
            return times;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no schedule (" + e.getMessage()
                            + "); write minute, hour, day of month, month and day of week, for example 30 3 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly",
                    e);
        }
    }

    /** @throws IllegalArgumentException like {@link #parse} */
    public static ZoneId zone(@Nullable String zone) {
        try {
            return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + zone + "' is no time zone; write one such as Europe/Berlin or UTC", e);
        }
    }

    /** The first time after that instant; empty if there is none. */
    public Optional<Instant> next(Instant after) {
        return times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
    }

    /** The last time at or before that instant. */
    public Optional<Instant> last(Instant until) {
        // The library's answer is strictly before.
        return times.lastExecution(until.plusMillis(1).atZone(zone)).map(ZonedDateTime::toInstant);
    }
}
