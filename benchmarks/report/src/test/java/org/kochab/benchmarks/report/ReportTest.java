package org.kochab.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

class ReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Chart CHART = new Chart(
            "place",
            "A & B",
            "note",
            "nodes",
            "nodes",
            "perSecond",
            "a second",
            "case",
            List.of(new Chart.Peer("peer", "the peer")),
            List.of(new Chart.Published("bar", 0, 100, "said"), new Chart.Published("mark", 100_000, 1, "<said>")));

    private static JsonNode result(String name, int nodes, int rate, int peer) throws JsonProcessingException {
        return JSON.readTree("{\"benchmark\":\"place\",\"case\":\"" + name + "\",\"nodes\":" + nodes + ",\"perSecond\":"
                + rate + ",\"peer\":" + peer + "}");
    }

    @Test
    void drawsTheNewestResultOfEachSize() throws Exception {
        var lines = CHART.lines(List.of(
                result("full", 5000, 10, 0),
                result("full", 1000, 30, 7),
                result("full", 5000, 20, 3),
                result("other", 1000, 5, 0)));

        assertThat(lines.keySet()).containsExactly("full", "other", "the peer");
        assertThat(lines.get("full").stream().map(p -> p.x() + ":" + p.y()))
                .containsExactly("1000.0:30.0", "5000.0:20.0");
        assertThat(lines.get("the peer").stream().map(Chart.Point::y)).containsExactly(7.0, 3.0);
    }

    @Test
    void drawsAllPointsOfOneResult() throws Exception {
        var lines = CHART.lines(
                List.of(
                        JSON.readTree(
                                "{\"benchmark\":\"place\",\"case\":\"full\",\"points\":[{\"nodes\":9,\"perSecond\":5,\"peer\":2},{\"nodes\":3,\"perSecond\":4}]}")));

        assertThat(lines.get("full").stream().map(p -> p.x() + ":" + p.y())).containsExactly("3.0:4.0", "9.0:5.0");
        assertThat(lines.get("the peer").stream().map(p -> p.x() + ":" + p.y())).containsExactly("9.0:2.0");
    }

    @Test
    void thePictureIsWellFormedAndHigherIsMore() throws Exception {
        String figure =
                Svg.draw(CHART, CHART.lines(List.of(result("full", 1000, 10, 0), result("full", 5000, 2000, 0))));

        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(figure.getBytes(StandardCharsets.UTF_8)));
        NodeList circles = document.getElementsByTagName("circle");
        assertThat(circles.getLength()).isEqualTo(2);
        assertThat(number(circles, 0, "cx")).isLessThan(number(circles, 1, "cx"));
        assertThat(number(circles, 0, "cy")).isGreaterThan(number(circles, 1, "cy"));
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(2);
    }

    private static double number(NodeList nodes, int at, String attribute) {
        return Double.parseDouble(
                nodes.item(at).getAttributes().getNamedItem(attribute).getNodeValue());
    }

    @Test
    void readsWhatWasKept(@TempDir Path directory) throws IOException {
        JsonNode kept = Keep.describe("{\"case\":\"<full>\",\"nodes\":3}", "place", "abc", "./kochab bench place", 0.5);
        Files.writeString(directory.resolve("place.jsonl"), kept + "\n\n" + kept + "\n");
        Files.writeString(directory.resolve("other.txt"), "no");

        assertThat(Report.read(directory)).containsExactly(kept, kept);
        assertThat(kept.get("cores").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(kept.get("command").asText()).isEqualTo("./kochab bench place");
        assertThat(Report.page(Report.charts(), List.of(kept)))
                .contains("&lt;full&gt;")
                .doesNotContain("<full>")
                .doesNotContain("http");
    }

    @Test
    void saysWhichLineIsBroken(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("place.jsonl"), "{}\n{\n");

        assertThatThrownBy(() -> Report.read(directory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("place.jsonl:2");
    }

    @Test
    void keepsOnlyAnObject() {
        assertThatThrownBy(() -> Keep.describe("3 rounds", "place", "abc", "c", 0))
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> Keep.describe("3", "place", "abc", "c", 0))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void holdsBackTheLastLine() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        String last = Keep.passOn(new BufferedReader(new StringReader("a\nb\n{}\n")), new PrintStream(printed, true));

        assertThat(last).isEqualTo("{}");
        assertThat(printed.toString().lines()).containsExactly("a", "b");
    }
}
