package org.kochab.chaos;

import java.util.List;

/** Median and most of some numbers, as JSON. */
public final class Spread {
    private Spread() {}

    public static String of(List<Long> numbers) {
        List<Long> sorted = numbers.stream().sorted().toList();
        return sorted.isEmpty()
                ? "{}"
                : "{\"p50\":" + sorted.get(sorted.size() / 2) + ",\"max\":" + sorted.get(sorted.size() - 1) + "}";
    }
}
