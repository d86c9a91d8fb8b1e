package org.kochab.chaos.soak;

import java.util.ArrayList;
import java.util.List;

/** One measure of one JVM over the run. One thread. */
final class Series {
    /**
     * Whether it is flat.
     *
     * @param warm the newest value at the end of the warm-up; NaN, like the others, if there is none
     * @param middle the one at the middle of the run
     * @param end the last one
     * @param before the greatest from the end of the warm-up to the middle
     * @param after the greatest of the last quarter
     * @param allowed the greatest that is no growth
     */
    record Verdict(double warm, double middle, double end, double before, double after, double allowed) {
        /** Not, if too little was sampled to say it. */
        boolean flat() {
            return after <= allowed;
        }
    }

    private record Sample(double seconds, double value) {}

    private final Measure measure;
    private final List<Sample> samples = new ArrayList<>();

    Series(Measure measure) {
        this.measure = measure;
    }

    void add(double seconds, double value) {
        samples.add(new Sample(seconds, value));
    }

    Verdict verdict(Windows windows) {
        double before = greatest(windows.warm(), windows.middle());
        double after = greatest(windows.late(), Double.POSITIVE_INFINITY);
        return new Verdict(
                newest(windows.warm()),
                newest(windows.middle()),
                newest(Double.POSITIVE_INFINITY),
                before,
                after,
                measure.allowed(before));
    }

    private double newest(double until) {
        return samples.stream()
                .filter(s -> s.seconds() <= until)
                .mapToDouble(Sample::value)
                .reduce((a, b) -> b)
                .orElse(Double.NaN);
    }

    private double greatest(double from, double to) {
        return samples.stream()
                .filter(s -> s.seconds() >= from && s.seconds() <= to)
                .mapToDouble(Sample::value)
                .max()
                .orElse(Double.NaN);
    }
}
