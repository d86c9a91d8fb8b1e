package org.kochab.schema.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.kochab.schema.Fields;
import org.kochab.schema.Node;

/** Whether a schema is structural, by Kubernetes' rules, and says nothing that is not kept to. */
final class Schemas {
    private static final int MOST_NODES = 20_000;
    private static final int DEEPEST = 48;

    private static final List<String> TYPES = List.of("string", "boolean", "integer", "number", "array", "object");
    private static final List<String> TEXTS =
            List.of("description", "title", "format", "pattern", "type", "x-kubernetes-map-type");
    private static final List<String> FLAGS = List.of(
            "nullable", "exclusiveMinimum", "exclusiveMaximum", Node.INT_OR_STRING, Node.PRESERVE, Node.EMBEDDED);
    private static final List<String> NUMBERS = List.of("minimum", "maximum", "multipleOf");
    private static final List<String> COUNTS =
            List.of("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties");
    private static final List<String> LISTS =
            List.of("enum", "required", "allOf", "anyOf", "oneOf", "x-kubernetes-list-map-keys");
    private static final List<String> OTHERS = List.of(
            "default",
            "example",
            "externalDocs",
            "properties",
            "additionalProperties",
            "items",
            "not",
            "x-kubernetes-list-type");
    /** What only says what there is, not what it must be, and so cannot stand within allOf, anyOf, oneOf and not. */
    private static final List<String> NOT_WITHIN = List.of(
            "description",
            "type",
            "default",
            "additionalProperties",
            "nullable",
            "title",
            Node.PRESERVE,
            Node.EMBEDDED,
            Node.INT_OR_STRING,
            "x-kubernetes-list-type",
            "x-kubernetes-map-type");

    private final BiConsumer<String, String> problems;
    private int nodes;

    private Schemas(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    static void check(Map<String, @Nullable Object> schema, String path, BiConsumer<String, String> problems) {
        Schemas schemas = new Schemas(problems);
        Node root = new Node(schema);
        if (!"object".equals(root.type())) {
            problems.accept(path + ".type", "must be object: every object has fields");
        }
        Optional<Node> metadata = root.property("metadata");
        if (metadata.isPresent()
                && metadata.get().keywords().keySet().stream()
                        .anyMatch(k -> !k.equals("type") && !k.equals("description"))) {
            problems.accept(
                    path + ".properties.metadata",
                    "can only say 'type: object': what metadata may be is the same for all kinds");
        }
        schemas.structural(root, path, 0);
    }

    private boolean tooMuch(String path, int depth) {
        if (++nodes == MOST_NODES) {
            problems.accept(path, "is the " + MOST_NODES + "th place of the schema; make it smaller");
        }
        if (depth == DEEPEST) {
            problems.accept(path, "is nested more than " + DEEPEST + " levels deep");
        }
        return nodes >= MOST_NODES || depth >= DEEPEST;
    }

    private void structural(Node node, String path, int depth) {
        if (tooMuch(path, depth)) {
            return;
        }
        keywords(node, path);
        type(node, path);
        node.properties().forEach((name, schema) -> child(schema, path + ".properties[" + name + "]", depth));
        if (node.keywords().containsKey("items")) {
            child(node.keywords().get("items"), path + ".items", depth);
        }
        Object additional = node.keywords().get("additionalProperties");
        if (additional instanceof Map) {
            child(additional, path + ".additionalProperties", depth);
        }
        List<?> required = node.list("required");
        for (Object name : required) {
            if (!(name instanceof String)) {
                problems.accept(path + ".required", "must be a list of names of fields");
            }
        }
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            List<?> forms = node.list(junctor);
            for (int i = 0; i < forms.size(); i++) {
                within(forms.get(i), node, path + "." + junctor + "[" + i + "]", depth);
            }
        }
        if (node.keywords().containsKey("not")) {
            within(node.keywords().get("not"), node, path + ".not", depth);
        }
        given(node, path);
    }

    private void child(@Nullable Object schema, String path, int depth) {
        Optional<Node> node = Node.node(schema);
        if (node.isEmpty()) {
            problems.accept(path, "must be a schema, is " + Validation.shown(schema));
        } else {
            structural(node.get(), path, depth + 1);
        }
    }

    private void type(Node node, String path) {
        String type = node.type();
        if (node.is(Node.INT_OR_STRING)) {
            if (type != null) {
                problems.accept(path + ".type", "must not be there beside " + Node.INT_OR_STRING);
            }
            return;
        }
        if (type == null) {
            if (!node.is(Node.PRESERVE)) {
                problems.accept(path + ".type", "is required: the schema must be structural");
            }
            return;
        }
        if (!TYPES.contains(type)) {
            problems.accept(
                    path + ".type", Validation.shown(type) + " is not a type; use one of " + String.join(", ", TYPES));
            return;
        }
        if (type.equals("array") && !node.keywords().containsKey("items")) {
            problems.accept(path + ".items", "is required: it says what the elements are");
        }
        if (node.keywords().containsKey("items") && !type.equals("array")) {
            problems.accept(path + ".items", "needs type array");
        }
        boolean fields = !node.properties().isEmpty() || node.keywords().containsKey("additionalProperties");
        if (fields && !type.equals("object")) {
            problems.accept(path + ".type", "must be object where fields are named");
        }
    }

    private void keywords(Node node, String path) {
        node.keywords().forEach((name, value) -> {
            String at = path + "." + name;
            if (TEXTS.contains(name)) {
                needs(value instanceof String, at, "a text", value);
            } else if (FLAGS.contains(name)) {
                needs(value instanceof Boolean, at, "true or false", value);
            } else if (NUMBERS.contains(name)) {
                needs(value instanceof Number, at, "a number", value);
            } else if (COUNTS.contains(name)) {
                needs(value instanceof Long n && n >= 0, at, "a whole number of 0 or more", value);
            } else if (LISTS.contains(name)) {
                needs(value instanceof List<?> l && !l.isEmpty(), at, "a list of at least one", value);
            } else if (!OTHERS.contains(name)) {
                problems.accept(at, refusal(name, value));
            }
        });
        if (node.number("multipleOf") != null && node.number("multipleOf").doubleValue() <= 0) {
            problems.accept(path + ".multipleOf", "must be more than 0");
        }
        String pattern = node.text("pattern");
        if (pattern != null) {
            try {
                Patterns.of(pattern);
            } catch (IllegalArgumentException e) {
                problems.accept(path + ".pattern", String.valueOf(e.getMessage()));
            }
        }
        needs(
                !node.keywords().containsKey("properties") || node.keywords().get("properties") instanceof Map,
                path + ".properties",
                "an object with the fields' schemas",
                node.keywords().get("properties"));
        Object additional = node.keywords().get("additionalProperties");
        if (Boolean.FALSE.equals(additional)) {
            problems.accept(
                    path + ".additionalProperties",
                    "must not be false: leave it out, unknown fields are refused or dropped anyway");
        } else if (additional != null && !node.properties().isEmpty()) {
            problems.accept(path + ".additionalProperties", "must not be there beside properties");
        }
        lists(node, path);
    }

    private void lists(Node node, String path) {
        String kind = node.text("x-kubernetes-list-type");
        if (kind != null && !List.of("atomic", "set", "map").contains(kind)) {
            problems.accept(path + ".x-kubernetes-list-type", "must be atomic, set or map");
        }
        boolean keys = !node.list("x-kubernetes-list-map-keys").isEmpty();
        if (keys != "map".equals(kind)) {
            problems.accept(
                    path + ".x-kubernetes-list-map-keys",
                    "must be there for x-kubernetes-list-type map, and only for that");
        }
    }

    private static String refusal(String name, @Nullable Object value) {
        return switch (name) {
            case "x-kubernetes-validations" ->
                "CEL rules are not evaluated here, and a rule that is not kept is no rule; remove it";
            case "uniqueItems" -> "is not supported; use x-kubernetes-list-type: set";
            case "$ref", "definitions" -> "is not supported; write the schema out";
            case "patternProperties",
                    "dependencies",
                    "id",
                    "xml",
                    "discriminator",
                    "readOnly",
                    "writeOnly",
                    "deprecated" -> "cannot be in a structural schema; remove it";
            default -> "is not a keyword of a structural schema; remove it";
        };
    }

    private void needs(boolean holds, String path, String what, @Nullable Object value) {
        if (!holds) {
            problems.accept(path, "must be " + what + ", is " + Validation.shown(value));
        }
    }

    /** A schema within allOf, anyOf, oneOf or not. @param around the structural one that it stands in */
    private void within(@Nullable Object schema, Node around, String path, int depth) {
        Optional<Node> found = Node.node(schema);
        if (found.isEmpty()) {
            problems.accept(path, "must be a schema, is " + Validation.shown(schema));
            return;
        }
        if (tooMuch(path, depth)) {
            return;
        }
        Node node = found.get();
        keywords(node, path);
        boolean choice =
                around.is(Node.INT_OR_STRING) && node.keywords().keySet().equals(java.util.Set.of("type"));
        for (String name : NOT_WITHIN) {
            if (node.keywords().containsKey(name) && !choice) {
                problems.accept(path + "." + name, "cannot be here: say it outside of allOf, anyOf, oneOf and not");
            }
        }
        node.properties().forEach((name, inner) -> {
            Optional<Node> outer = around.property(name).or(around::additional);
            if (outer.isEmpty()) {
                problems.accept(
                        path + ".properties[" + name + "]",
                        "is not a field outside of allOf, anyOf, oneOf and not; add it there");
            } else {
                within(inner, outer.get(), path + ".properties[" + name + "]", depth + 1);
            }
        });
        if (node.keywords().containsKey("items")) {
            if (around.items().isEmpty()) {
                problems.accept(path + ".items", "are not said outside of allOf, anyOf, oneOf and not; add them there");
            } else {
                within(node.keywords().get("items"), around.items().get(), path + ".items", depth + 1);
            }
        }
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            List<?> forms = node.list(junctor);
            for (int i = 0; i < forms.size(); i++) {
                within(forms.get(i), around, path + "." + junctor + "[" + i + "]", depth + 1);
            }
        }
        if (node.keywords().containsKey("not")) {
            within(node.keywords().get("not"), around, path + ".not", depth + 1);
        }
    }

    /** A default must be right itself. */
    private void given(Node node, String path) {
        if (node.keywords().containsKey("default")) {
            Object given = node.keywords().get("default");
            Object pruned = Fields.pruned(given, node);
            if (given != null && !given.equals(pruned)) {
                problems.accept(path + ".default", "has fields that the schema does not have; remove them");
            }
            try {
                Validation.check(Defaults.value(given, node), node, path + ".default", problems);
            } catch (IllegalArgumentException e) {
                // A pattern is none, which is told of the pattern itself.
            }
        }
    }
}
