package org.kochab.schema.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.schema.Node;

/** Fills in what an object leaves out and its schema has a default for. A null where none may be counts as left out. */
public final class Defaults {
    private Defaults() {}

    public static Map<String, @Nullable Object> fill(
            Map<String, @Nullable Object> fields, Map<String, @Nullable Object> schema) {
        Map<String, @Nullable Object> filled = object(fields, new Node(schema));
        filled.keySet().removeAll(Node.OF_EVERY_OBJECT);
        return filled;
    }

    static @Nullable Object value(@Nullable Object value, Node node) {
        if (value instanceof Map<?, ?>) {
            return object(Node.tree(value), node);
        }
        if (value instanceof List<?> list && node.items().isPresent()) {
            Node items = node.items().get();
            List<@Nullable Object> filled = new ArrayList<>(list.size());
            list.forEach(item -> filled.add(value(item, items)));
            return filled;
        }
        return value;
    }

    private static Map<String, @Nullable Object> object(Map<String, @Nullable Object> object, Node node) {
        Map<String, @Nullable Object> filled = new TreeMap<>(object);
        node.properties().forEach((name, schema) -> {
            Node property = new Node(Node.tree(schema));
            if (filled.get(name) == null && !(filled.containsKey(name) && property.is("nullable"))) {
                filled.remove(name);
                Object given = property.keywords().get("default");
                if (given != null || property.keywords().containsKey("default") && property.is("nullable")) {
                    filled.put(name, given);
                }
            }
        });
        filled.replaceAll((name, value) ->
                node.field(name).isPresent() ? value(value, node.field(name).get()) : value);
        return filled;
    }
}
