package org.kochab.schema.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.CustomResourceDefinition.Conversion;
import org.kochab.api.model.CustomResourceDefinition.Names;
import org.kochab.api.model.CustomResourceDefinition.Schema;
import org.kochab.api.model.CustomResourceDefinition.Spec;
import org.kochab.api.model.CustomResourceDefinition.Version;
import org.kochab.api.model.ObjectMeta;
import org.kochab.schema.Fields;

@Timeout(20)
class SchemaTest {
    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** A tree in the one form that trees have. */
    private static Map<String, Object> tree(Object... keysAndValues) {
        return new CustomObject("a/v1", "A", ObjectMeta.named("a"), map(keysAndValues)).fields();
    }

    private static Map<String, Object> object(Object... properties) {
        return map("type", "object", "properties", map(properties));
    }

    private static Map<String, Object> with(Map<String, Object> schema, Object... more) {
        Map<String, Object> all = new TreeMap<>(schema);
        all.putAll(map(more));
        return all;
    }

    private static final Map<String, Object> TEXT = map("type", "string");
    private static final Map<String, Object> WHOLE = map("type", "integer");

    private static List<String> problems(Map<String, Object> fields, Map<String, Object> schema) {
        List<String> found = new ArrayList<>();
        Validation.check(
                tree(fields.entrySet().stream()
                        .flatMap(e -> Arrays.stream(new Object[] {e.getKey(), e.getValue()}))
                        .toArray()),
                tree(schema.entrySet().stream()
                        .flatMap(e -> Arrays.stream(new Object[] {e.getKey(), e.getValue()}))
                        .toArray()),
                (path, sentence) -> found.add(path + ": " + sentence));
        return found;
    }

    private static List<String> refusals(Map<String, Object> schema) {
        List<String> found = new ArrayList<>();
        Definitions.check(spec(version("v1", true, schema)), (path, sentence) -> found.add(path + ": " + sentence));
        return found.stream()
                .map(s -> s.replace("spec.versions[0].schema.openAPIV3Schema", "S"))
                .toList();
    }

    private static Version version(String name, boolean storage, Map<String, Object> schema) {
        return new Version(name, true, storage, null, null, new Schema(schema), null, List.of());
    }

    private static Spec spec(Version... versions) {
        return new Spec(
                "example.com",
                new Names("widgets", "widget", List.of(), "Widget", "WidgetList", List.of()),
                "Namespaced",
                List.of(versions),
                null,
                null);
    }

    @Test
    void everyRuleNamesPathAndRemedy() {
        Map<String, Object> schema = object(
                "n", map("type", "integer", "minimum", 1, "maximum", 9, "exclusiveMaximum", true, "multipleOf", 2),
                "s", map("type", "string", "minLength", 2, "maxLength", 3, "pattern", "^a"),
                "e", map("type", "string", "enum", List.of("x", "y")),
                "b", map("type", "boolean"),
                "l", map("type", "array", "items", WHOLE, "minItems", 2, "x-kubernetes-list-type", "set"),
                "p", map("x-kubernetes-int-or-string", true),
                "t", map("type", "string", "format", "date-time"),
                "i", map("type", "integer", "format", "int32"),
                "z", map("type", "string", "nullable", true),
                "m", map("type", "object", "additionalProperties", TEXT, "maxProperties", 1));
        // What every object has is not among its fields.
        schema.put("required", List.of("r", "apiVersion", "metadata"));

        assertThat(problems(map("n", 0, "r", 1), schema)).containsExactly("n: must be at least 1, is 0");
        assertThat(problems(map("n", 9, "r", 1), schema))
                .containsExactly("n: must be less than 9, is 9", "n: must be a multiple of 2, is 9");
        assertThat(problems(map("n", 2.5, "r", 1), schema)).containsExactly("n: must be a whole number, is 2.5");
        assertThat(problems(map("s", "b", "r", 1), schema))
                .containsExactly("s: must have at least 2 letters, has 1", "s: 'b' does not match ^a");
        assertThat(problems(map("e", "q", "r", 1), schema)).containsExactly("e: 'q' is not supported; use one of x, y");
        assertThat(problems(map("b", "yes", "r", 1), schema)).containsExactly("b: must be true or false, is 'yes'");
        assertThat(problems(map("l", List.of(1, "x"), "r", 1), schema))
                .containsExactly("l[1]: must be a whole number, is 'x'");
        assertThat(problems(map("l", List.of(1, 1), "r", 1), schema))
                .containsExactly("l[1]: is there twice; each may be once");
        assertThat(problems(map("p", true, "r", 1), schema))
                .containsExactly("p: must be a whole number or a text, is true");
        assertThat(problems(map("p", 80, "r", 1), schema)).isEmpty();
        assertThat(problems(map("p", "http", "r", 1), schema)).isEmpty();
        assertThat(problems(map("t", "now", "r", 1), schema))
                .containsExactly("t: must be a time such as 2026-01-31T12:00:00Z, is 'now'");
        assertThat(problems(map("i", 1L << 40, "r", 1), schema))
                .singleElement()
                .asString()
                .contains("32 bits");
        assertThat(problems(map("z", null, "r", 1), schema)).isEmpty();
        assertThat(problems(map("s", null, "r", 1), schema)).containsExactly("s: must not be null; leave it out");
        assertThat(problems(map("m", map("a", "b", "c.d", 1), "r", 1), schema))
                .containsExactly("m: must have at most 1 fields, has 2", "m[c.d]: must be a text, is 1");
        assertThat(problems(map(), schema)).containsExactly("r: is required");
    }

    @Test
    void formsAreCompared() {
        Map<String, Object> schema = with(
                object("a", WHOLE, "b", WHOLE),
                "oneOf",
                List.of(map("required", List.of("a")), map("required", List.of("b"))),
                "not",
                map("properties", map("a", map("minimum", 10))));

        assertThat(problems(map("a", 1), schema)).isEmpty();
        assertThat(problems(map("a", 1, "b", 1), schema))
                .singleElement()
                .asString()
                .contains("fits 2");
        assertThat(problems(map("a", 11), schema)).containsExactly(": has a form that is not allowed here");
        assertThat(refusals(schema)).isEmpty();
    }

    @Test
    void unknownFieldsGoUnlessTheyAreToStay() {
        Map<String, Object> schema = object(
                "known", object("a", WHOLE),
                "free",
                        map(
                                "type",
                                "object",
                                "x-kubernetes-preserve-unknown-fields",
                                true,
                                "properties",
                                map("in", object())),
                "list", map("type", "array", "items", object("a", WHOLE)),
                "pod",
                        map(
                                "type",
                                "object",
                                "x-kubernetes-embedded-resource",
                                true,
                                "properties",
                                map("spec", object())));
        List<String> dropped = new ArrayList<>();

        Map<String, Object> kept = Fields.prune(
                tree(
                        "known", map("a", 1, "x", 2),
                        "free", map("any", map("thing", 1), "in", map("y", 1)),
                        "list", List.of(map("a", 1, "z", 1)),
                        "pod", map("kind", "Pod", "other", 1)),
                schema,
                (path, sentence) -> dropped.add(path + " " + sentence));

        assertThat(dropped)
                .containsExactly(
                        "free.in.y is not a field; free.in has none",
                        "known.x is not a field; there are a",
                        "list[0].z is not a field; there are a",
                        "pod.other is not a field; there are spec");
        assertThat(kept.get("free")).isEqualTo(map("any", map("thing", 1L), "in", map()));
    }

    @Test
    void defaultsAreFilledInWhereTheirParentIs() {
        Map<String, Object> schema = object(
                "a",
                        with(object(
                                "b",
                                map("type", "string", "default", "x"),
                                "n",
                                map("type", "string", "nullable", true))),
                "c", with(object("d", map("type", "integer", "default", 1L)), "default", map()),
                "l", map("type", "array", "items", object("e", map("type", "string", "default", "y"))));

        assertThat(Defaults.fill(tree("l", List.of(map())), schema))
                .isEqualTo(map("c", map("d", 1L), "l", List.of(map("e", "y"))));
        Map<String, Object> nulls = map("b", null, "n", null);
        assertThat(Defaults.fill(tree("a", nulls), schema).get("a")).isEqualTo(map("b", "x", "n", null));
    }

    @Test
    void aSchemaIsStructuralOrRefusedByName() {
        assertThat(refusals(object("a", WHOLE))).isEmpty();
        assertThat(refusals(TEXT)).contains("S.type: must be object: every object has fields");
        assertThat(refusals(object("a", map("description", "x"))))
                .containsExactly("S.properties[a].type: is required: the schema must be structural");
        assertThat(refusals(object("a", map("type", "array"))))
                .singleElement()
                .asString()
                .contains(".items: is required");
        assertThat(refusals(object("a", map("type", "text"))))
                .singleElement()
                .asString()
                .contains("use one of string,");
        assertThat(refusals(with(object("a", WHOLE), "additionalProperties", false)))
                .singleElement()
                .asString()
                .contains("must not be false");
        assertThat(refusals(object("a", map("type", "string", "$ref", "#/x"))))
                .containsExactly("S.properties[a].$ref: is not supported; write the schema out");
        assertThat(refusals(object("a", with(WHOLE, "x-kubernetes-validations", List.of(map("rule", "x"))))))
                .singleElement()
                .asString()
                .contains("CEL rules are not evaluated");
        assertThat(refusals(object("a", map("type", "string", "pattern", "(a"))))
                .singleElement()
                .asString()
                .contains("regular expression");
        assertThat(refusals(object("a", map("type", "integer", "default", "x"))))
                .containsExactly("S.properties[a].default: must be a whole number, is 'x'");
        assertThat(refusals(with(object("a", WHOLE), "anyOf", List.of(map("properties", map("b", map("minimum", 1)))))))
                .singleElement()
                .asString()
                .contains("is not a field outside of allOf");
        assertThat(refusals(with(object("a", WHOLE), "anyOf", List.of(map("type", "object")))))
                .singleElement()
                .asString()
                .contains("cannot be here");
        assertThat(refusals(object(
                        "a",
                        map(
                                "x-kubernetes-int-or-string",
                                true,
                                "anyOf",
                                List.of(map("type", "integer"), map("type", "string"))))))
                .isEmpty();
        assertThat(refusals(object("metadata", with(object("name", TEXT)))))
                .singleElement()
                .asString()
                .contains("what metadata may be is the same for all kinds");
        assertThat(refusals(object("a", map("type", "string", "maximun", 3))))
                .singleElement()
                .asString()
                .contains("is not a keyword");
    }

    @Test
    void aDefinitionIsCheckedAsAWhole() {
        Spec wrong = new Spec(
                "a." + "b.".repeat(100_000) + "c",
                new Names("Widgets", null, List.of("W d"), "my-widget", null, List.of()),
                "Global",
                List.of(version("V1", true, object("a", WHOLE)), version("v2", true, object("a", TEXT))),
                new Conversion("Webhook"),
                true);
        List<String> found = new ArrayList<>();

        Definitions.check(wrong, (path, sentence) -> found.add(path));

        assertThat(found)
                .containsExactly(
                        "spec.group",
                        "spec.scope",
                        "spec.conversion.strategy",
                        "spec.preserveUnknownFields",
                        "spec.names.plural",
                        "spec.names.kind",
                        "spec.names.shortNames[0]",
                        "spec.versions",
                        "spec.versions[0].name",
                        "spec.versions[1].schema");
    }

    @Test
    void columnsAreCheckedWhenTheyAreDefined() {
        Version v = new Version(
                "v1",
                true,
                true,
                null,
                null,
                new Schema(object("a", WHOLE)),
                null,
                List.of(
                        Column.of("A", "integer", ".a"),
                        Column.of("B", "money", ".a"),
                        Column.of("C", "date", ".metadata.ownerReferences[0].name"),
                        Column.of("D", "date", "a..b")));
        List<String> found = new ArrayList<>();

        Definitions.check(
                spec(v), (path, sentence) -> found.add(path.replace("spec.versions[0].additionalPrinterColumns", "C")));

        assertThat(found).containsExactly("C[1].type", "C[2].jsonPath", "C[3].jsonPath");
    }

    /** A tenant's pattern cannot hold up the member: with Java's own expressions this takes longer than the world will last. */
    @Test
    void patternsTakeTimeThatGrowsWithTheText() {
        Map<String, Object> schema = object("s", map("type", "string", "pattern", "^(a+)+$"));

        assertThat(problems(map("s", "a".repeat(50_000) + "b"), schema)).hasSize(1);
    }

    @Test
    void whatWouldTakeTooLongIsGivenUp() {
        List<Object> forms = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            forms.add(map("minimum", i));
        }
        Map<String, Object> schema = object("l", map("type", "array", "items", with(WHOLE, "allOf", forms)));
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            list.add(4_000);
        }

        assertThat(problems(map("l", list), schema)).singleElement().asString().contains("too large to be compared");
    }
}
