package org.kochab.agent.internal.core;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as manifests have them: {@code 30s}, {@code 5m}, {@code 1h30m}. */
final class Durations {
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private Durations() {}

    /** @return milliseconds; empty if there is none or it cannot be read */
    static OptionalLong millis(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher part = PART.matcher(text);
        long sum = 0;
        int at = 0;
        while (at < text.length()) {
            if (!part.find(at) || part.start() != at) {
                return OptionalLong.empty();
            }
            sum += Long.parseLong(part.group(1)) * unit(part.group(2));
            at = part.end();
        }
        return OptionalLong.of(sum);
    }

    private static long unit(String name) {
        return switch (name) {
            case "ms" -> 1L;
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            default -> 86_400_000L;
        };
    }
}
