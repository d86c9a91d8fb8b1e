package org.kochab.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Fields that a schema does not have. */
public final class Fields {
    private final BiConsumer<String, String> dropped;

    private Fields(BiConsumer<String, String> dropped) {
        this.dropped = dropped;
    }

    /**
     * An object's fields without those that its schema does not have.
     *
     * @param schema as it is written; an empty one stands for a schema that is not known, and nothing is dropped
     * @param dropped told of each: its path, and a sentence
     */
    public static Map<String, @Nullable Object> prune(
            Map<String, @Nullable Object> fields,
            Map<String, @Nullable Object> schema,
            BiConsumer<String, String> dropped) {
        return schema.isEmpty() ? fields : new Fields(dropped).object(fields, new Node(schema), "");
    }

    /** A value of a schema's place without what that does not have. */
    public static @Nullable Object pruned(@Nullable Object value, Node node) {
        return new Fields((path, sentence) -> {}).value(value, node, "");
    }

    private @Nullable Object value(@Nullable Object value, Node node, String path) {
        if (value instanceof Map<?, ?>) {
            return object(Node.tree(value), node, path);
        }
        Optional<Node> items = node.items();
        if (value instanceof List<?> list && items.isPresent()) {
            List<@Nullable Object> kept = new ArrayList<>(list.size());
            for (Object item : list) {
                kept.add(value(item, items.get(), path + "[" + kept.size() + "]"));
            }
            return kept;
        }
        return value;
    }

    private Map<String, @Nullable Object> object(Map<String, @Nullable Object> object, Node node, String path) {
        Map<String, @Nullable Object> kept = new TreeMap<>();
        object.forEach((name, value) -> {
            String place = Node.path(path, name);
            Optional<Node> field = node.field(name);
            if (field.isPresent()) {
                kept.put(name, value(value, field.get(), place));
            } else {
                dropped.accept(
                        place,
                        node.properties().isEmpty()
                                ? "is not a field; " + (path.isEmpty() ? "the kind" : path) + " has none"
                                : "is not a field; there are "
                                        + String.join(", ", node.properties().keySet()));
            }
        });
        return kept;
    }
}
