package org.kochab.rm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Announce;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reply;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.link.State;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodStatus;
import org.kochab.codec.JacksonCodec;

/** What device makers read is what the code does: schemas, examples and records of the node link agree. */
class PublishedProtocolTest {
    private static final Path DOCUMENTS = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .resolve("../../docs/protocol")
            .normalize();
    private static final Pattern EXAMPLE = Pattern.compile("```json ([a-z]+)\n(.*?)```", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JacksonCodec CODEC = new JacksonCodec();

    private static final Map<String, Class<?>> MESSAGES = new TreeMap<>(Map.of(
            "announce", Announce.class,
            "birth", Birth.class,
            "command", Command.class,
            "desired", Desired.class,
            "heartbeat", Heartbeat.class,
            "reply", Reply.class,
            "reported", Reported.class,
            "request", Request.class,
            "spec", PodDocument.class,
            "state", State.class));

    private static final Map<String, Class<?>> PARTS = new TreeMap<>(Map.of(
            "birth/runtime", Node.Runtime.class,
            "birth/address", Node.Address.class,
            "birth/nodeInfo", Node.SystemFacts.class,
            "birth/image", Node.Image.class,
            "desired/entry", Desired.Entry.class,
            "reported/pod", Reported.Entry.class,
            "reported/status", PodStatus.class,
            "reported/condition", Condition.class,
            "reported/containerStatus", PodStatus.ContainerStatus.class,
            "reported/containerState", PodStatus.State.class));

    static {
        PARTS.put("announce/move", Announce.Move.class);
        PARTS.put("birth/update", Node.AgentUpdate.class);
        PARTS.put("command/update", Command.Update.class);
        MESSAGES.put("enrol", Enrol.class);
        MESSAGES.put("enrolled", Enrolled.class);
    }

    private record Example(String message, String text) {}

    private static List<Example> examples() throws IOException {
        Matcher m = EXAMPLE.matcher(Files.readString(DOCUMENTS.resolve("README.md")));
        List<Example> all = new ArrayList<>();
        while (m.find()) {
            all.add(new Example(m.group(1), m.group(2).strip()));
        }
        return all;
    }

    private static JsonNode schema(String message) throws IOException {
        return JSON.readTree(
                DOCUMENTS.resolve("schema").resolve(message + ".json").toFile());
    }

    private static JsonSchema validator(String message) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema(message));
    }

    @Test
    void everyMessageHasASchemaAndAnExample() throws IOException {
        try (var files = Files.list(DOCUMENTS.resolve("schema"))) {
            assertThat(files.map(f -> f.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(MESSAGES.keySet());
        }
        assertThat(examples().stream().map(Example::message).distinct())
                .containsExactlyInAnyOrderElementsOf(MESSAGES.keySet());
    }

    @Test
    void schemasHaveTheFieldsOfTheRecords() throws IOException {
        for (var e : MESSAGES.entrySet()) {
            assertThat(fields(schema(e.getKey()))).as(e.getKey()).isEqualTo(components(e.getValue()));
        }
        for (var e : PARTS.entrySet()) {
            String[] names = e.getKey().split("/");
            assertThat(fields(schema(names[0]).path("$defs").path(names[1])))
                    .as(e.getKey())
                    .isEqualTo(components(e.getValue()));
        }
    }

    private static TreeSet<String> fields(JsonNode schema) {
        TreeSet<String> fields = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(fields::add);
        return fields;
    }

    private static TreeSet<String> components(Class<?> type) {
        TreeSet<String> names = new TreeSet<>();
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).forEach(names::add);
        return names;
    }

    @Test
    void examplesFollowTheirSchemasAndLoseNothingInTheCode() throws IOException {
        for (Example example : examples()) {
            JsonNode json = JSON.readTree(example.text());
            assertThat(validator(example.message()).validate(json))
                    .as(example.text())
                    .isEmpty();
            Object read =
                    CODEC.decode(example.text().getBytes(StandardCharsets.UTF_8), MESSAGES.get(example.message()));
            JsonNode written = JSON.readTree(CODEC.encode(read));
            assertThat(contains(written, json))
                    .as("%s%n is read as%n%s", json, written)
                    .isTrue();
            assertThat(validator(example.message()).validate(written))
                    .as("%s", written)
                    .isEmpty();
        }
    }

    /** Whether all that {@code json} says is in {@code written}. */
    private static boolean contains(JsonNode written, JsonNode json) {
        if (json instanceof ObjectNode object) {
            return object.properties().stream()
                    .allMatch(e -> written.has(e.getKey()) && contains(written.get(e.getKey()), e.getValue()));
        }
        if (json.isArray()) {
            boolean same = json.size() == written.size();
            for (int i = 0; same && i < json.size(); i++) {
                same = contains(written.get(i), json.get(i));
            }
            return same;
        }
        return json.equals(written) || json.isNumber() && json.asText().equals(written.asText());
    }

    @Test
    void digestsOfTheExamplesAreRight() throws IOException {
        String specText = "";
        for (Example example : examples()) {
            // The first one is the pod of the other examples.
            if (specText.isEmpty() && example.message().equals("spec")) {
                specText = example.text();
            }
        }
        byte[] spec = specText.getBytes(StandardCharsets.UTF_8);
        for (Example example : examples()) {
            byte[] text = example.text().getBytes(StandardCharsets.UTF_8);
            switch (example.message()) {
                case "desired" -> {
                    Desired desired = CODEC.decode(text, Desired.class);
                    assertThat(desired.digest()).isEqualTo(Digests.of(desired.pods()));
                    assertThat(desired.pods().get(0).specDigest()).isEqualTo(Digests.of(spec));
                }
                case "request" ->
                    assertThat(CODEC.decode(text, Request.class).specs()).containsExactly(Digests.of(spec));
                case "heartbeat" -> {
                    String line = CODEC.decode(spec, PodDocument.class).uid() + " 17 Running\n";
                    assertThat(CODEC.decode(text, Heartbeat.class).reportedDigest())
                            .isEqualTo(Digests.of(line.getBytes(StandardCharsets.UTF_8)));
                }
                default -> {}
            }
        }
    }
}
