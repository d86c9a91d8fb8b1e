package org.kochab.shell.internal.core;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kochab.api.model.Kind;
import org.kochab.resourcetext.FieldDocs;

/** Describes the fields of a kind from its records, so that what is explained is what is accepted. */
public final class Explain {
    private Explain() {}

    /** @param path names of fields, outermost first; empty for the kind itself */
    public static List<String> of(Kind kind, List<String> path) {
        Type type = kind.type();
        for (int i = 0; i < path.size(); i++) {
            String field = path.get(i);
            RecordComponent found = FieldDocs.components(type).stream()
                    .filter(c -> FieldDocs.name(c).equals(field))
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
        FieldDocs.of(kind, path).ifPresent(d -> lines.add(Facts.line("DESCRIPTION", d)));
        List<RecordComponent> inside = FieldDocs.components(type);
        if (!inside.isEmpty()) {
            lines.add("FIELDS:");
            for (RecordComponent c : inside) {
                List<String> below = new ArrayList<>(path);
                below.add(FieldDocs.name(c));
                String start = "  " + FieldDocs.name(c) + " <" + name(c.getGenericType()) + ">";
                lines.add(FieldDocs.of(kind, below)
                        .map(d -> start + " ".repeat(Math.max(1, 40 - start.length())) + d)
                        .orElse(start));
            }
        }
        return lines;
    }

    private static String name(Type type) {
        if (type instanceof ParameterizedType p) {
            return p.getRawType() == Map.class
                    ? "map of " + simple(FieldDocs.element(type))
                    : "list of " + simple(FieldDocs.element(type));
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
