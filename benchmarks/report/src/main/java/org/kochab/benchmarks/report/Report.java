package org.kochab.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@code Report DIRECTORY FILE}: makes one page, complete in itself, of all results in a directory. What is drawn is in {@code charts.json}. */
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Report() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]).toAbsolutePath();
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        List<JsonNode> results = read(Path.of(args[0]));
        Files.writeString(file, page(charts(), results));
        System.out.println(results.size() + " results: " + file);
    }

    static List<Chart> charts() throws IOException {
        try (InputStream in = Report.class.getResourceAsStream("charts.json")) {
            return JSON.readValue(in, new TypeReference<>() {});
        }
    }

    /** All results, by file and then in the order in which they were kept. */
    static List<JsonNode> read(Path directory) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList()) {
                int number = 0;
                for (String line : Files.readAllLines(file)) {
                    number++;
                    if (!line.isBlank()) {
                        results.add(parse(line, file + ":" + number));
                    }
                }
            }
        }
        return results;
    }

    private static JsonNode parse(String line, String where) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(where + " is not JSON", e);
        }
    }

    static String page(List<Chart> charts, List<JsonNode> results) {
        StringBuilder page = new StringBuilder(HEAD);
        for (Chart chart : charts) {
            page.append("<h2>").append(escape(chart.title())).append("</h2>\n<p>");
            page.append(escape(chart.note())).append("</p>\n");
            page.append(Svg.draw(chart, chart.lines(results)));
            if (!chart.published().isEmpty()) {
                page.append("<table><tr><th>published</th><th>").append(escape(chart.xName()));
                page.append("</th><th>").append(escape(chart.yName())).append("</th><th>what it includes</th></tr>\n");
                for (Chart.Published p : chart.published()) {
                    String at = p.x() > 0 ? Svg.number(p.x()) : "not said";
                    row(page, List.of(p.name(), at, Svg.number(p.y()), p.what()));
                }
                page.append("</table>\n");
            }
        }
        SortedMap<String, List<JsonNode>> byName = new TreeMap<>();
        results.forEach(r -> byName.computeIfAbsent(r.path("benchmark").asText(), k -> new ArrayList<>())
                .add(r));
        byName.forEach((name, all) -> table(page, name, all));
        return page.append("</html>\n").toString();
    }

    private static void table(StringBuilder page, String name, List<JsonNode> results) {
        Set<String> fields = new LinkedHashSet<>();
        results.forEach(r -> r.fieldNames().forEachRemaining(fields::add));
        fields.remove("benchmark");
        page.append("<h2>All results of <code>").append(escape(name)).append("</code></h2>\n<div><table><tr>");
        fields.forEach(f -> page.append("<th>").append(escape(f)).append("</th>"));
        page.append("</tr>\n");
        for (JsonNode result : results) {
            row(page, fields.stream().map(f -> text(result.path(f))).toList());
        }
        page.append("</table></div>\n");
    }

    private static String text(JsonNode value) {
        return value.isNumber()
                ? Svg.number(value.asDouble())
                : value.isValueNode() ? value.asText() : value.toString();
    }

    private static void row(StringBuilder page, List<String> cells) {
        page.append("<tr>");
        cells.forEach(c -> page.append("<td>").append(escape(c)).append("</td>"));
        page.append("</tr>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    private static final String HEAD =
            """
            <!DOCTYPE html>
            <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Kochab: benchmarks</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; color: #1c2430; background: #fff; max-width: 900px; margin: 2rem auto; padding: 0 1rem }
            svg { width: 100%; height: auto } figure { margin: 0 }
            .grid { stroke: #dfe4ea } .tick, .name { font-size: 11px; fill: #5a6675 } .axis { font-size: 12px; fill: #1c2430 }
            .middle { text-anchor: middle } .end { text-anchor: end }
            polyline { fill: none; stroke-width: 2 } svg .published { fill: #fff; stroke: #5a6675; stroke-width: 1.5 }
            figcaption span { margin-right: 1rem; white-space: nowrap } figcaption i { display: inline-block; width: 10px; height: 10px; margin-right: 5px }
            figcaption i.published { border: 1.5px solid #5a6675; transform: rotate(45deg) scale(.75) }
            div { overflow-x: auto } table { border-collapse: collapse; font-size: 13px; margin: .6rem 0 1.4rem }
            th, td { border-bottom: 1px solid #dfe4ea; padding: 3px 9px 3px 0; text-align: left; vertical-align: top }
            </style>
            <h1>Kochab: benchmarks</h1>
            <p>Point at a mark to see when it was measured. Both axes are logarithmic. How: <code>benchmarks/README.md</code>.</p>
            """;
}
