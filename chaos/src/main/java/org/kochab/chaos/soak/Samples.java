package org.kochab.chaos.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** All series of a run; each sample is written to a file as it comes. One thread. */
final class Samples {
    private final Path csv;
    private final Windows windows;
    private final Map<String, Map<Measure, Series>> all = new TreeMap<>();

    /** @throws IOException if the file cannot be written */
    Samples(Path csv, Windows windows) throws IOException {
        this.csv = csv;
        this.windows = windows;
        Files.writeString(csv, "seconds,jvm,measure,value\n");
    }

    void add(double seconds, String jvm, Map<Measure, Double> seen) throws IOException {
        StringBuilder lines = new StringBuilder();
        seen.forEach((measure, value) -> {
            all.computeIfAbsent(jvm, j -> new TreeMap<>())
                    .computeIfAbsent(measure, Series::new)
                    .add(seconds, value);
            lines.append(String.format(Locale.ROOT, "%.0f,%s,%s,%.1f%n", seconds, jvm, measure.label(), value));
        });
        Files.writeString(csv, lines, StandardOpenOption.APPEND);
    }

    /** A table for each JVM; {@code before} and {@code after} are the greatest values that are compared. */
    void print(PrintStream out) {
        all.forEach((jvm, series) -> {
            out.printf(
                    "%n%-16s%10s%10s%10s%10s%10s%10s%n",
                    jvm, "min " + Math.round(windows.warm() / 60), "middle", "end", "before", "after", "allowed");
            series.forEach((measure, one) -> {
                Series.Verdict v = one.verdict(windows);
                out.printf(
                        Locale.ROOT,
                        "%-16s%10.1f%10.1f%10.1f%10.1f%10.1f%10.1f%s%n",
                        measure.label(),
                        v.warm(),
                        v.middle(),
                        v.end(),
                        v.before(),
                        v.after(),
                        v.allowed(),
                        v.flat() ? "" : "  GROWS");
            });
        });
    }

    /** Those that grow, or of which too little is known. */
    List<String> growing() {
        List<String> growing = new ArrayList<>();
        all.forEach((jvm, series) -> series.forEach((measure, one) -> {
            Series.Verdict v = one.verdict(windows);
            if (!v.flat()) {
                growing.add(String.format(
                        Locale.ROOT,
                        "%s of %s grows: %.1f, then %.1f, allowed %.1f",
                        measure.label(),
                        jvm,
                        v.before(),
                        v.after(),
                        v.allowed()));
            }
        }));
        return growing;
    }

    /** For each JVM and measure the values at the end of the warm-up, at the middle and at the end. */
    String json() throws IOException {
        Map<String, Map<String, List<Double>>> object = new LinkedHashMap<>();
        all.forEach((jvm, series) -> series.forEach((measure, one) -> {
            Series.Verdict v = one.verdict(windows);
            object.computeIfAbsent(jvm, j -> new LinkedHashMap<>())
                    .put(measure.label(), List.of(tenths(v.warm()), tenths(v.middle()), tenths(v.end())));
        }));
        return new ObjectMapper().writeValueAsString(object);
    }

    private static double tenths(double value) {
        return Double.isNaN(value) ? value : Math.round(value * 10) / 10.0;
    }
}
