package org.kochab.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One diagram of a benchmark's results.
 *
 * @param benchmark whose results
 * @param x field of the horizontal axis
 * @param y field of the vertical axis
 * @param series field whose values are the lines
 * @param peers fields that hold a peer's figure from the same run; 0 for none
 * @param published what others have said of themselves
 */
record Chart(
        String benchmark,
        String title,
        String note,
        String x,
        String xName,
        String y,
        String yName,
        String series,
        List<Peer> peers,
        List<Published> published) {

    private static final String POINTS = "points";

    record Peer(String field, String name) {}

    /**
     * @param x 0 if nobody said at what size
     * @param what is included, and who said or measured it
     */
    record Published(String name, double x, double y, String what) {}

    /** @param text all that is known of it, for who points at it */
    record Point(double x, double y, String text) {}

    /**
     * The newest result for each line and place on the horizontal axis; lines and points in order. A result that was measured at several places in
     * one run has an array {@code points} of objects with the fields that differ.
     */
    SortedMap<String, List<Point>> lines(List<JsonNode> results) {
        SortedMap<String, SortedMap<Double, Point>> byLine = new TreeMap<>();
        for (JsonNode result : results) {
            if (!result.path("benchmark").asText().equals(benchmark)) {
                continue;
            }
            Iterable<JsonNode> points = result.has(POINTS) ? result.path(POINTS) : List.of(result);
            for (JsonNode point : points) {
                add(byLine, result.path(series).asText(), result, point, y);
                peers.forEach(peer -> add(byLine, peer.name, result, point, peer.field));
            }
        }
        SortedMap<String, List<Point>> lines = new TreeMap<>();
        byLine.forEach((name, points) -> lines.put(name, new ArrayList<>(points.values())));
        return lines;
    }

    private void add(
            SortedMap<String, SortedMap<Double, Point>> byLine,
            String line,
            JsonNode result,
            JsonNode point,
            String field) {
        double at = point.path(x).asDouble();
        double value = point.path(field).asDouble();
        if (at > 0 && value > 0) {
            String text = Svg.number(value) + " at " + Svg.number(at) + " " + xName + ", "
                    + result.path("date").asText() + ", load average "
                    + result.path("loadBefore").asText("?");
            byLine.computeIfAbsent(line, k -> new TreeMap<>()).put(at, new Point(at, value, text));
        }
    }
}
