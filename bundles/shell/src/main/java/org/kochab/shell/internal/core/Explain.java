package org.kochab.shell.internal.core;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import org.kochab.api.model.Kind;

/** Describes the fields of a kind from its records, so that what is explained is what is accepted. */
public final class Explain {
    private static final ResourceBundle DOCS = ResourceBundle.getBundle("org.kochab.shell.internal.core.fields");

    private Explain() {}

    /** @param path names of fields, outermost first; empty for the kind itself */
    public static List<String> of(Kind kind, List<String> path) {
        Type type = kind.type();
        for (int i = 0; i < path.size(); i++) {
            String field = path.get(i);
            RecordComponent found = components(type).stream()
                    .filter(c -> field(c).equals(field))
                    .findFirst()
                    .orElseThrow(() -> new Failure("There is no field " + String.join(".", path) + " in kind "
                            + kind.name() + ": kochab:explain " + kind.name() + " lists the fields"));
            type = found.getGenericType();
        }
        List<String> lines = new ArrayList<>();
        lines.add(Facts.line("KIND", kind.name()));
        lines.add(Facts.line("VERSION", kind.apiVersion()));
        if (!path.isEmpty()) {
            lines.add(Facts.line("FIELD", String.join(".", path) + " <" + name(type) + ">"));
        }
        doc(kind, path).ifPresent(d -> lines.add(Facts.line("DESCRIPTION", d)));
        List<RecordComponent> inside = components(type);
        if (!inside.isEmpty()) {
            lines.add("FIELDS:");
            for (RecordComponent c : inside) {
                List<String> below = new ArrayList<>(path);
                below.add(field(c));
                String start = "  " + field(c) + " <" + name(c.getGenericType()) + ">";
                lines.add(doc(kind, below)
                        .map(d -> start + " ".repeat(Math.max(1, 40 - start.length())) + d)
                        .orElse(start));
            }
        }
        return lines;
    }

    /** Whether a documented path exists; for the test that keeps the documentation true. */
    static boolean exists(Class<?> root, List<String> path) {
        Type type = root;
        for (String field : path) {
            Optional<RecordComponent> found = components(type).stream()
                    .filter(c -> field(c).equals(field))
                    .findFirst();
            if (found.isEmpty()) {
                return false;
            }
            type = found.get().getGenericType();
        }
        return true;
    }

    private static Optional<String> doc(Kind kind, List<String> path) {
        String key = kind.name() + (path.isEmpty() ? "" : "." + String.join(".", path));
        if (DOCS.containsKey(key)) {
            return Optional.of(DOCS.getString(key));
        }
        if (!path.isEmpty() && path.get(0).equals("metadata")) {
            return shared("metadata", path.subList(1, path.size()));
        }
        int template = path.indexOf("template");
        if (template >= 0 && path.size() > template + 1) {
            return doc(Kind.POD, path.subList(template + 1, path.size()));
        }
        int containers = path.indexOf("initContainers");
        if (containers >= 0) {
            List<String> same = new ArrayList<>(path);
            same.set(containers, "containers");
            return doc(kind, same);
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            int at = path.indexOf(probe);
            if (at >= 0 && path.size() > at + 1) {
                return shared("probe", path.subList(at + 1, path.size()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> shared(String root, List<String> path) {
        String key = root + (path.isEmpty() ? "" : "." + String.join(".", path));
        return DOCS.containsKey(key) ? Optional.of(DOCS.getString(key)) : Optional.empty();
    }

    /** As manifests have it: {@code default} is no name in Java. */
    private static String field(RecordComponent component) {
        return component.getName().equals("defaultLimit") ? "default" : component.getName();
    }

    private static List<RecordComponent> components(Type type) {
        Class<?> raw = element(type);
        return raw.isRecord() && raw.getName().startsWith("org.kochab.api.model.")
                ? Arrays.asList(raw.getRecordComponents())
                : List.of();
    }

    /** The type itself, or what a list or map contains. */
    private static Class<?> element(Type type) {
        if (type instanceof ParameterizedType p) {
            Type[] arguments = p.getActualTypeArguments();
            return element(arguments[arguments.length - 1]);
        }
        return (Class<?>) type;
    }

    private static String name(Type type) {
        if (type instanceof ParameterizedType p) {
            return p.getRawType() == Map.class ? "map of " + simple(element(type)) : "list of " + simple(element(type));
        }
        return simple((Class<?>) type);
    }

    private static String simple(Class<?> type) {
        if (type == String.class) {
            return "string";
        } else if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "integer";
        } else if (type == Boolean.class || type == boolean.class) {
            return "boolean";
        } else if (type == Instant.class) {
            return "time";
        }
        return type.getSimpleName();
    }
}
