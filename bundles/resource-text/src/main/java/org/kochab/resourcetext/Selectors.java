package org.kochab.resourcetext;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.LabelSelector.Requirement;

/** Selectors as kubectl writes them. */
public final class Selectors {
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)");
    private static final Pattern NO_KEY = Pattern.compile("[\\s()]");
    private static final Pattern NO_VALUE = Pattern.compile("[()=!]");
    private static final Pattern PARTS = Pattern.compile("[^,(]+(?:\\([^)]*\\))?");

    private Selectors() {}

    /** {@code app=web,tier!=db,env in (a, b),!old,new}; null for null. */
    public static @Nullable LabelSelector labels(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        Map<String, String> equal = new TreeMap<>();
        List<Requirement> others = new ArrayList<>();
        Matcher parts = PARTS.matcher(text);
        int read = 0;
        while (parts.find()) {
            requireComma(text, read, parts.start());
            read = parts.end();
            String part = parts.group().strip();
            Matcher set = SET.matcher(part);
            if (set.matches()) {
                // With blanks in the pattern, the time would grow with the square of their number.
                List<String> values = Stream.of(set.group(3).split(",", -1))
                        .map(String::strip)
                        .toList();
                others.add(new Requirement(set.group(1), set.group(2).equals("in") ? "In" : "NotIn", values));
            } else if (part.contains("!=")) {
                String[] sides = part.split("!=", 2);
                others.add(new Requirement(key(sides[0], text), "NotIn", List.of(value(sides[1], text))));
            } else if (part.contains("=")) {
                String[] sides = part.split("==?", 2);
                equal.put(key(sides[0], text), value(sides[1], text));
            } else if (part.startsWith("!")) {
                others.add(new Requirement(key(part.substring(1), text), "DoesNotExist", List.of()));
            } else {
                others.add(new Requirement(key(part, text), "Exists", List.of()));
            }
        }
        requireComma(text, read, text.length());
        return new LabelSelector(equal, others);
    }

    /** Nothing but commas may be between two parts, before the first and after the last. */
    private static void requireComma(String text, int from, int to) {
        boolean within = from > 0 && to < text.length();
        if (within && from == to || !text.substring(from, to).matches(",*")) {
            throw unreadable(text);
        }
    }

    private static IllegalArgumentException unreadable(String whole) {
        return new IllegalArgumentException("Label selector '" + whole
                + "' cannot be read: write it as app=web,tier!=db,env in (a,b),!old and quote it if it has spaces");
    }

    private static String key(String text, String whole) {
        String key = text.strip();
        if (key.isEmpty() || NO_KEY.matcher(key).find()) {
            throw unreadable(whole);
        }
        return key;
    }

    private static String value(String text, String whole) {
        if (NO_VALUE.matcher(text).find()) {
            throw unreadable(whole);
        }
        return text.strip();
    }

    /** {@code spec.nodeName=n1,status.phase=Running}; empty for null. */
    public static Map<String, String> fields(@Nullable String text) {
        Map<String, String> fields = new TreeMap<>();
        if (text == null || text.isBlank()) {
            return fields;
        }
        for (String part : text.split(",")) {
            String[] sides = part.split("==?", 2);
            if (sides.length != 2
                    || !List.of("metadata.name", "spec.nodeName", "status.phase")
                            .contains(sides[0].trim())) {
                throw new IllegalArgumentException("Field selector '" + part
                        + "' cannot be used: write metadata.name=…, spec.nodeName=… or status.phase=…");
            }
            fields.put(sides[0].trim(), sides[1].trim());
        }
        return fields;
    }

    /** A selector as text, {@code <none>} for none. */
    public static String text(@Nullable LabelSelector selector) {
        if (selector == null) {
            return "<none>";
        }
        List<String> parts = new ArrayList<>();
        selector.matchLabels().forEach((k, v) -> parts.add(k + "=" + v));
        for (Requirement r : selector.matchExpressions()) {
            parts.add(
                    switch (r.operator()) {
                        case "Exists" -> r.key();
                        case "DoesNotExist" -> "!" + r.key();
                        default ->
                            r.key() + " " + r.operator().toLowerCase(java.util.Locale.ROOT) + " ("
                                    + String.join(",", r.values()) + ")";
                    });
        }
        return parts.isEmpty() ? "<all>" : String.join(",", parts);
    }
}
