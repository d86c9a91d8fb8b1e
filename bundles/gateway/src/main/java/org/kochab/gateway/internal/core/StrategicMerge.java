package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' strategic merge patch: as a merge patch, but lists are merged element by element where {@link MergeKeys} says by what, and directives
 * ({@code $patch}, {@code $retainKeys}, {@code $setElementOrder}, {@code $deleteFromPrimitiveList}) say the rest.
 */
public final class StrategicMerge {
    private static final String PATCH = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        ObjectNode merged = target.deepCopy();
        merge(merged, patch);
        return merged;
    }

    private static void merge(ObjectNode into, ObjectNode patch) {
        switch (directive(patch)) {
            case "replace" -> {
                into.removeAll();
                into.setAll((ObjectNode) plain(patch));
                return;
            }
            case "delete" -> {
                into.removeAll();
                return;
            }
            case "", "merge" -> {}
            default -> throw unknown(directive(patch));
        }
        if (patch.has(RETAIN)) {
            List<String> kept = new ArrayList<>();
            patch.get(RETAIN).forEach(k -> kept.add(k.asText()));
            into.retain(kept);
        }
        patch.properties().forEach(e -> {
            if (e.getKey().startsWith(DELETE_FROM)) {
                removeValues(into.path(e.getKey().substring(DELETE_FROM.length())), e.getValue());
            } else if (!e.getKey().startsWith("$")) {
                field(into, e.getKey(), e.getValue());
            }
        });
        patch.properties().forEach(e -> {
            if (e.getKey().startsWith(ORDER)) {
                String list = e.getKey().substring(ORDER.length());
                if (into.path(list) instanceof ArrayNode array) {
                    order(array, e.getValue(), MergeKeys.of(list));
                }
            }
        });
    }

    private static void field(ObjectNode into, String name, JsonNode value) {
        JsonNode there = into.path(name);
        if (value.isNull()) {
            into.remove(name);
        } else if (value instanceof ObjectNode changes && there instanceof ObjectNode object) {
            merge(object, changes);
        } else if (value instanceof ObjectNode changes) {
            ObjectNode made = Json.object();
            merge(made, changes);
            if (!directive(changes).equals("delete")) {
                into.set(name, made);
            }
        } else if (value instanceof ArrayNode changes && isMerged(name, changes)) {
            ArrayNode array = there instanceof ArrayNode a ? a : into.putArray(name);
            list(name, array, changes, MergeKeys.of(name).key());
        } else {
            into.set(name, plain(value));
        }
    }

    /** Ports of a service are no containers', nor addresses of endpoints a node's: lists of these names whose elements know nothing of the key are replaced as a whole. */
    private static boolean isMerged(String name, ArrayNode changes) {
        MergeKeys keys = MergeKeys.of(name);
        if (keys != MergeKeys.PORTS && keys != MergeKeys.ADDRESSES || changes.isEmpty()) {
            return keys != null;
        }
        for (JsonNode change : changes) {
            if (change.has(keys.key()) || change.has(PATCH)) {
                return true;
            }
        }
        return false;
    }

    private static void list(String name, ArrayNode into, ArrayNode changes, @Nullable String key) {
        if (key == null) {
            for (JsonNode value : changes) {
                if (!contains(into, value)) {
                    into.add(value);
                }
            }
            return;
        }
        for (JsonNode change : changes) {
            if (change.size() == 1 && change.path(PATCH).asText().equals("replace")) {
                into.removeAll();
            }
        }
        for (JsonNode change : changes) {
            if (change instanceof ObjectNode element) {
                element(name, into, element, key);
            } else {
                throw ApiError.badRequest(name + " has an element that is no object");
            }
        }
    }

    private static void element(String name, ArrayNode into, ObjectNode change, String key) {
        if (!change.has(key)) {
            if (change.size() == 1 && change.has(PATCH)) {
                return;
            }
            throw ApiError.badRequest(name + " has an element without " + key + ", by which it is merged");
        }
        int at = index(into, key, change.get(key));
        if (directive(change).equals("delete")) {
            if (at >= 0) {
                into.remove(at);
            }
        } else if (at >= 0 && into.get(at) instanceof ObjectNode there) {
            merge(there, change);
        } else {
            ObjectNode made = Json.object();
            merge(made, change);
            into.add(made);
        }
    }

    private static int index(ArrayNode list, String key, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).asText().equals(value.asText())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean contains(ArrayNode list, JsonNode value) {
        for (JsonNode v : list) {
            if (v.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static void removeValues(JsonNode list, JsonNode values) {
        for (Iterator<JsonNode> i = list.elements(); i.hasNext(); ) {
            JsonNode value = i.next();
            for (JsonNode v : values) {
                if (v.equals(value)) {
                    i.remove();
                    break;
                }
            }
        }
    }

    /** Elements that the order names change places among themselves; others stay where they are. */
    private static void order(ArrayNode list, JsonNode wanted, @Nullable MergeKeys keys) {
        String key = keys == null ? null : keys.key();
        TreeMap<String, Integer> rank = new TreeMap<>();
        wanted.forEach(w -> rank.putIfAbsent(text(w, key), rank.size()));
        List<Integer> places = new ArrayList<>();
        List<JsonNode> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (rank.containsKey(text(list.get(i), key))) {
                places.add(i);
                elements.add(list.get(i));
            }
        }
        elements.sort((a, b) -> Integer.compare(rank.get(text(a, key)), rank.get(text(b, key))));
        for (int i = 0; i < places.size(); i++) {
            list.set(places.get(i), elements.get(i));
        }
    }

    private static String text(JsonNode element, @Nullable String key) {
        return key == null ? element.asText() : element.path(key).asText();
    }

    private static String directive(ObjectNode patch) {
        return patch.path(PATCH).asText("");
    }

    private static ApiError unknown(String directive) {
        return ApiError.badRequest("$patch is '" + directive + "': use merge, replace or delete");
    }

    /** Without directives. */
    private static JsonNode plain(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            object.properties().forEach(e -> {
                if (!e.getKey().startsWith("$")) {
                    copy.set(e.getKey(), plain(e.getValue()));
                }
            });
            return copy;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = Json.NODES.arrayNode();
            array.forEach(v -> copy.add(plain(v)));
            return copy;
        }
        return value;
    }
}
