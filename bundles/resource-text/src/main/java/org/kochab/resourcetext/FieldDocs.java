package org.kochab.resourcetext;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ResourceBundle;
import org.kochab.api.model.Kind;

/** The fields of kinds, from their records, and a sentence about each that needs one. */
public final class FieldDocs {
    private static final ResourceBundle DOCS = ResourceBundle.getBundle("org.kochab.resourcetext.fields");

    private FieldDocs() {}

    /** @param path names of fields, outermost first; empty for the kind itself */
    public static Optional<String> of(Kind kind, List<String> path) {
        String key = kind.name() + (path.isEmpty() ? "" : "." + String.join(".", path));
        if (DOCS.containsKey(key)) {
            return Optional.of(DOCS.getString(key));
        }
        if (!path.isEmpty() && path.get(0).equals("metadata")) {
            return shared("metadata", path.subList(1, path.size()));
        }
        int template = path.indexOf("template");
        if (template >= 0 && path.size() > template + 1) {
            return of(Kind.POD, path.subList(template + 1, path.size()));
        }
        int containers = path.indexOf("initContainers");
        if (containers >= 0) {
            List<String> same = new ArrayList<>(path);
            same.set(containers, "containers");
            return of(kind, same);
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

    /** The fields of a record of the model, or of what a list or map of it contains; none for anything else. */
    public static List<RecordComponent> components(Type type) {
        Class<?> raw = element(type);
        return raw.isRecord() && raw.getName().startsWith("org.kochab.api.model.")
                ? Arrays.asList(raw.getRecordComponents())
                : List.of();
    }

    /** As manifests have it: {@code default} is no name in Java. */
    public static String name(RecordComponent component) {
        return component.getName().equals("defaultLimit") ? "default" : component.getName();
    }

    /** The type itself, or what a list or map contains. */
    public static Class<?> element(Type type) {
        if (type instanceof ParameterizedType p) {
            Type[] arguments = p.getActualTypeArguments();
            return element(arguments[arguments.length - 1]);
        }
        return (Class<?>) type;
    }
}
