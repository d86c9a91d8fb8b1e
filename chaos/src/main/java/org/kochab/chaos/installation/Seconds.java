package org.kochab.chaos.installation;

import java.util.List;

/** Figures of several durations; 0 of none. */
public final class Seconds {
    private Seconds() {}

    public static double median(List<Double> of) {
        List<Double> sorted = of.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    public static double greatest(List<Double> of) {
        return of.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
