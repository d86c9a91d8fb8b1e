package org.kochab.schema.check;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.kochab.schema.Node;

/** Compares an object with its schema and tells what is wrong: the field's path, and a sentence with the remedy. */
public final class Validation {
    /** Places of the object times those of the schema that are looked at: a few seconds. */
    private static final int MOST_STEPS = 5_000_000;

    private static final int MOST_SHOWN = 60;

    private final BiConsumer<String, String> problems;
    private final int[] steps;

    private Validation(BiConsumer<String, String> problems, int[] steps) {
        this.problems = problems;
        this.steps = steps;
    }

    /** Thrown through everything when it takes too long. */
    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** @param schema as it is written and found right */
    public static void check(
            Map<String, @Nullable Object> fields,
            Map<String, @Nullable Object> schema,
            BiConsumer<String, String> problems) {
        check(fields, new Node(schema), "", problems);
    }

    static void check(@Nullable Object value, Node node, String path, BiConsumer<String, String> problems) {
        try {
            new Validation(problems, new int[1]).value(value, node, path);
        } catch (TooLong e) {
            problems.accept(path.isEmpty() ? "spec" : path, "is too large to be compared with its schema; divide it");
        }
    }

    private void value(@Nullable Object value, Node node, String path) {
        if (++steps[0] > MOST_STEPS) {
            throw new TooLong();
        }
        if (value == null) {
            if (!node.is("nullable") && (node.type() != null || node.is(Node.INT_OR_STRING))) {
                problems.accept(path, "must not be null; leave it out");
            }
            return;
        }
        String wrong = wrongType(value, node);
        if (wrong != null) {
            problems.accept(path, "must be " + wrong + ", is " + shown(value));
            return;
        }
        oneOf(value, node, path);
        if (value instanceof String text) {
            text(text, node, path);
        } else if (value instanceof Number number) {
            number(number, node, path);
        } else if (value instanceof List<?> list) {
            list(list, node, path);
        } else if (value instanceof Map<?, ?>) {
            object(Node.tree(value), node, path);
        }
        combinations(value, node, path);
    }

    /** What is needed instead; null if the type is right. */
    private static @Nullable String wrongType(Object value, Node node) {
        if (node.is(Node.INT_OR_STRING)) {
            return value instanceof String || value instanceof Long ? null : "a whole number or a text";
        }
        String type = node.type();
        return type == null || hasType(value, type) ? null : named(type);
    }

    private static boolean hasType(Object value, String type) {
        return switch (type) {
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Long || value instanceof Double d && d == Math.rint(d);
            case "number" -> value instanceof Number;
            case "array" -> value instanceof List;
            default -> value instanceof Map;
        };
    }

    private static String named(String type) {
        return switch (type) {
            case "string" -> "a text";
            case "boolean" -> "true or false";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "array" -> "a list";
            default -> "an object with named fields";
        };
    }

    private void oneOf(Object value, Node node, String path) {
        List<?> allowed = node.list("enum");
        if (!allowed.isEmpty() && !allowed.contains(value)) {
            problems.accept(
                    path,
                    shown(value) + " is not supported; use one of "
                            + String.join(
                                    ", ", allowed.stream().map(String::valueOf).toList()));
        }
    }

    private void text(String text, Node node, String path) {
        int length = text.codePointCount(0, text.length());
        atLeast(length, node.number("minLength"), "letters", path);
        atMost(length, node.number("maxLength"), "letters", path);
        String pattern = node.text("pattern");
        if (pattern != null && !Patterns.of(pattern).matcher(text).find()) {
            problems.accept(path, shown(text) + " does not match " + pattern);
        }
        String format = node.text("format");
        if (format != null) {
            Formats.complaint(format, text)
                    .ifPresent(needed -> problems.accept(path, "must be " + needed + ", is " + shown(text)));
        }
    }

    private void number(Number number, Node node, String path) {
        double value = number.doubleValue();
        Number least = node.number("minimum");
        if (least != null && (node.is("exclusiveMinimum") ? compare(number, least) <= 0 : compare(number, least) < 0)) {
            problems.accept(
                    path,
                    "must be " + (node.is("exclusiveMinimum") ? "more than " : "at least ") + least + ", is " + number);
        }
        Number most = node.number("maximum");
        if (most != null && (node.is("exclusiveMaximum") ? compare(number, most) >= 0 : compare(number, most) > 0)) {
            problems.accept(
                    path,
                    "must be " + (node.is("exclusiveMaximum") ? "less than " : "at most ") + most + ", is " + number);
        }
        Number unit = node.number("multipleOf");
        if (unit != null && Math.abs(value / unit.doubleValue() - Math.rint(value / unit.doubleValue())) > 1e-9) {
            problems.accept(path, "must be a multiple of " + unit + ", is " + number);
        }
        String format = node.text("format");
        if (format != null && number instanceof Long whole) {
            Formats.complaint(format, whole)
                    .ifPresent(needed -> problems.accept(path, "must be " + needed + ", is " + number));
        }
    }

    private static int compare(Number a, Number b) {
        return a instanceof Long x && b instanceof Long y
                ? Long.compare(x, y)
                : Double.compare(a.doubleValue(), b.doubleValue());
    }

    private void list(List<?> list, Node node, String path) {
        atLeast(list.size(), node.number("minItems"), "elements", path);
        atMost(list.size(), node.number("maxItems"), "elements", path);
        Optional<Node> items = node.items();
        if (items.isPresent()) {
            for (int i = 0; i < list.size(); i++) {
                value(list.get(i), items.get(), path + "[" + i + "]");
            }
        }
        String kind = node.text("x-kubernetes-list-type");
        if ("set".equals(kind)) {
            distinct(list, path, "is there twice; each may be once");
        } else if ("map".equals(kind)) {
            List<?> keys = node.list("x-kubernetes-list-map-keys");
            distinct(
                    list.stream()
                            .map(item -> {
                                Map<String, @Nullable Object> key = new TreeMap<>();
                                keys.forEach(k -> key.put(
                                        String.valueOf(k), Node.tree(item).get(k)));
                                return key;
                            })
                            .toList(),
                    path,
                    "has the same "
                            + String.join(
                                    ", ", keys.stream().map(String::valueOf).toList()) + " as another element");
        }
    }

    private void distinct(List<?> list, String path, String sentence) {
        Set<@Nullable Object> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            if (!seen.add(list.get(i))) {
                problems.accept(path + "[" + i + "]", sentence);
            }
        }
    }

    private void object(Map<String, @Nullable Object> object, Node node, String path) {
        atLeast(object.size(), node.number("minProperties"), "fields", path);
        atMost(object.size(), node.number("maxProperties"), "fields", path);
        for (Object required : node.list("required")) {
            boolean given = path.isEmpty() && Node.OF_EVERY_OBJECT.contains(required);
            if (!given && !object.containsKey(String.valueOf(required))) {
                problems.accept(Node.path(path, String.valueOf(required)), "is required");
            }
        }
        object.forEach((name, value) -> {
            Optional<Node> field = node.property(name).or(node::additional);
            if (field.isPresent()) {
                value(value, field.get(), Node.path(path, name));
            }
        });
        if (node.is(Node.EMBEDDED)) {
            for (String name : List.of("apiVersion", "kind")) {
                if (!(object.get(name) instanceof String)) {
                    problems.accept(Node.path(path, name), "is required: this is an object of a kind");
                }
            }
        }
    }

    private void combinations(Object value, Node node, String path) {
        for (Object one : node.list("allOf")) {
            value(value, new Node(Node.tree(one)), path);
        }
        List<?> any = node.list("anyOf");
        if (!any.isEmpty() && fitting(value, any, path) == 0) {
            problems.accept(path, "fits none of the " + any.size() + " forms that are allowed here");
        }
        List<?> one = node.list("oneOf");
        if (!one.isEmpty()) {
            int fitting = fitting(value, one, path);
            if (fitting != 1) {
                problems.accept(
                        path,
                        "must fit exactly one of the " + one.size() + " forms that are allowed here, fits " + fitting);
            }
        }
        Optional<Node> not = Node.node(node.keywords().get("not"));
        if (not.isPresent() && fits(value, not.get(), path)) {
            problems.accept(path, "has a form that is not allowed here");
        }
    }

    private int fitting(Object value, List<?> schemas, String path) {
        int fitting = 0;
        for (Object schema : schemas) {
            fitting += fits(value, new Node(Node.tree(schema)), path) ? 1 : 0;
        }
        return fitting;
    }

    private boolean fits(Object value, Node node, String path) {
        boolean[] wrong = new boolean[1];
        new Validation((place, sentence) -> wrong[0] = true, steps).value(value, node, path);
        return !wrong[0];
    }

    private void atLeast(int size, @Nullable Number least, String what, String path) {
        if (least != null && size < least.longValue()) {
            problems.accept(path, "must have at least " + least + " " + what + ", has " + size);
        }
    }

    private void atMost(int size, @Nullable Number most, String what, String path) {
        if (most != null && size > most.longValue()) {
            problems.accept(path, "must have at most " + most + " " + what + ", has " + size);
        }
    }

    /** A value as it may be shown: short, and on one line. */
    static String shown(@Nullable Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        String cut = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
        return value instanceof String ? "'" + cut + "'" : cut;
    }
}
