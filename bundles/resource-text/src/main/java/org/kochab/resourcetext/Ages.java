package org.kochab.resourcetext;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times as operators read them: {@code 45s}, {@code 5m10s}, {@code 3h}, {@code 12d}. */
public final class Ages {
    public static final String UNKNOWN = "<unknown>";

    private Ages() {}

    public static String since(@Nullable Instant at, Instant now) {
        return at == null ? UNKNOWN : of(Duration.between(at, now));
    }

    public static String of(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (days < 8) {
            return days + "d" + (hours % 24 == 0 ? "" : hours % 24 + "h");
        }
        return days < 730 ? days + "d" : days / 365 + "y";
    }

    /** {@code 30s}, {@code 5m}, {@code 2h}, or a number of seconds. */
    public static Duration parse(String option, String text) {
        String digits = text.matches("[0-9]{1,9}[smh]?") ? text.replaceAll("[smh]", "") : "";
        if (digits.isEmpty()) {
            throw new IllegalArgumentException(option + " is '" + text + "': write a time such as 30s, 5m or 2h");
        }
        long number = Long.parseLong(digits);
        return text.endsWith("h")
                ? Duration.ofHours(number)
                : text.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
    }
}
