package org.kochab.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of Kubernetes' JSONPath that its definitions use: {@code .a.b}, {@code ['a.b']}, {@code [0]}, {@code [-1]}, {@code [*]}, and a filter that compares one
 * field with a text, a number or a boolean: {@code [?(@.type=="Ready")]}. Everything else is refused.
 */
public final class JsonPath {
    private static final int MOST_STEPS = 32;
    /** The pattern takes a piece of the stack for each letter. */
    private static final int MOST_LETTERS = 1_000;

    private static final Pattern STEP = Pattern.compile("\\.(?<name>(?:[A-Za-z0-9_$/-]|\\\\\\.)+)"
            + "|\\['(?<quoted>[^']+)'\\]"
            + "|\\[(?<index>-?\\d{1,6})\\]"
            + "|(?<all>\\[\\*\\])"
            + "|\\[\\?\\(\\s*@(?<path>(?:\\.[A-Za-z0-9_$-]+)+)\\s*(?<op>==|!=)\\s*"
            + "(?:\"(?<text>[^\"]*)\"|'(?<text2>[^']*)'|(?<literal>true|false|-?\\d{1,15}))\\s*\\)\\]");

    private sealed interface Step {
        record Field(String name) implements Step {}

        /** @param at from the end if negative */
        record Index(int at) implements Step {}

        record All() implements Step {}

        record Filter(List<String> path, boolean equal, Object value) implements Step {}
    }

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /** @throws IllegalArgumentException if it is not one; the message says what may be written */
    public static JsonPath parse(String text) {
        if (text.length() > MOST_LETTERS) {
            throw new IllegalArgumentException("is longer than " + MOST_LETTERS + " letters");
        }
        List<Step> steps = new ArrayList<>();
        Matcher m = STEP.matcher(text);
        int at = 0;
        while (at < text.length()) {
            m.region(at, text.length());
            if (!m.lookingAt() || steps.size() == MOST_STEPS) {
                throw refused(text, at);
            }
            steps.add(step(m));
            at = m.end();
        }
        if (steps.isEmpty()) {
            throw refused(text, 0);
        }
        return new JsonPath(steps);
    }

    private static IllegalArgumentException refused(String text, int at) {
        return new IllegalArgumentException("is not understood from '"
                + (text.length() - at > 40 ? text.substring(at, at + 40) + "…" : text.substring(at))
                + "' on; write it with .field, ['field'], [0], [*] and [?(@.field==\"text\")], beginning with a point");
    }

    private static Step step(Matcher m) {
        if (m.group("name") != null) {
            return new Step.Field(m.group("name").replace("\\.", "."));
        } else if (m.group("quoted") != null) {
            return new Step.Field(m.group("quoted"));
        } else if (m.group("index") != null) {
            return new Step.Index(Integer.parseInt(m.group("index")));
        } else if (m.group("all") != null) {
            return new Step.All();
        }
        String text = m.group("text") != null ? m.group("text") : m.group("text2");
        String literal = m.group("literal");
        Object value = text != null
                ? text
                : literal.equals("true") || literal.equals("false") ? Boolean.valueOf(literal) : Long.valueOf(literal);
        List<String> path = List.of(m.group("path").substring(1).split("\\."));
        return new Step.Filter(path, m.group("op").equals("=="), value);
    }

    /** The names it begins with, as far as they are names. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (Step step : steps) {
            if (!(step instanceof Step.Field field)) {
                break;
            }
            names.add(field.name());
        }
        return names;
    }

    /** The first value that it leads to; empty if there is none, or null. */
    public Optional<Object> first(Map<String, @Nullable Object> tree) {
        return find(tree, 0);
    }

    private Optional<Object> find(@Nullable Object value, int at) {
        if (value == null || at == steps.size()) {
            return Optional.ofNullable(value);
        }
        Step step = steps.get(at);
        if (step instanceof Step.Field field) {
            return find(Node.tree(value).get(field.name()), at + 1);
        }
        if (step instanceof Step.Index index) {
            List<?> list = value instanceof List<?> l ? l : List.of();
            int i = index.at() < 0 ? list.size() + index.at() : index.at();
            return i < 0 || i >= list.size() ? Optional.empty() : find(list.get(i), at + 1);
        }
        Iterable<?> inside =
                value instanceof List<?> list ? list : Node.tree(value).values();
        for (Object one : inside) {
            if (step instanceof Step.All || step instanceof Step.Filter filter && matches(one, filter)) {
                Optional<Object> found = find(one, at + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean matches(@Nullable Object value, Step.Filter filter) {
        Object found = value;
        for (String name : filter.path()) {
            found = Node.tree(found).get(name);
        }
        return filter.equal() == filter.value().equals(found);
    }
}
