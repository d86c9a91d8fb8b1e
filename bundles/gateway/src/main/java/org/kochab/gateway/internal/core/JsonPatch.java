package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** RFC 6902: a list of operations. Bounded in what it copies, which a few of them could let grow without end. */
public final class JsonPatch {
    private static final int MOST_OPERATIONS = 10_000;
    private static final int MOST_COPIED = 3_000_000;

    private JsonNode document;
    private long copied;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    public static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!patch.isArray()) {
            throw ApiError.badRequest("a JSON patch is a list of operations");
        }
        if (patch.size() > MOST_OPERATIONS) {
            throw ApiError.badRequest(
                    "the JSON patch has " + patch.size() + " operations: use at most " + MOST_OPERATIONS);
        }
        JsonPatch at = new JsonPatch(target.deepCopy());
        patch.forEach(at::operation);
        requireShallow(at.document, Json.DEEPEST);
        return at.document;
    }

    private void operation(JsonNode operation) {
        JsonPointer path = pointer(operation, "path");
        switch (operation.path("op").asText()) {
            case "add" -> add(path, value(operation));
            case "remove" -> remove(path);
            case "replace" -> {
                found(path);
                set(path, value(operation));
            }
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = found(from);
                remove(from);
                add(path, moved);
            }
            case "copy" -> {
                JsonNode source = found(pointer(operation, "from"));
                requireShallow(source, Json.DEEPEST);
                copied += source.toString().length();
                if (copied > MOST_COPIED) {
                    throw ApiError.badRequest("the JSON patch copies more than " + MOST_COPIED + " characters");
                }
                add(path, source.deepCopy());
            }
            case "test" -> {
                if (!found(path).equals(value(operation))) {
                    throw new ApiError(422, "Invalid", "the JSON patch's test of " + path + " does not hold");
                }
            }
            default ->
                throw ApiError.badRequest("op '" + operation.path("op").asText()
                        + "' is none: use add, remove, replace, move, copy or test");
        }
    }

    /** What operations put into each other may be deeper than the stack: nothing looks into that. */
    private static void requireShallow(JsonNode node, int levels) {
        if (node.isContainerNode() && levels == 0) {
            throw tooDeep();
        }
        node.forEach(inner -> requireShallow(inner, levels - 1));
    }

    private static ApiError tooDeep() {
        return ApiError.badRequest("the JSON patch nests more than " + Json.DEEPEST + " levels deep");
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            String text = operation.required(field).asText();
            if (text.chars().filter(c -> c == '/').count() > Json.DEEPEST) {
                throw tooDeep();
            }
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("an operation's " + field + " is no JSON pointer: " + e.getMessage());
        }
    }

    private static JsonNode value(JsonNode operation) {
        if (!operation.has("value")) {
            throw ApiError.badRequest(
                    "an operation at " + operation.path("path").asText() + " has no value");
        }
        return operation.get("value").deepCopy();
    }

    private JsonNode found(JsonPointer path) {
        JsonNode found = document.at(path);
        if (found.isMissingNode()) {
            throw missing(path);
        }
        return found;
    }

    private void add(JsonPointer path, JsonNode value) {
        if (path.matches()) {
            document = value;
        } else if (found(path.head()) instanceof ArrayNode array) {
            String last = path.last().getMatchingProperty();
            int index = last.equals("-") ? array.size() : path.last().getMatchingIndex();
            if (index < 0 || index > array.size()) {
                throw missing(path);
            }
            array.insert(index, value);
        } else {
            set(path, value);
        }
    }

    private void set(JsonPointer path, JsonNode value) {
        if (path.matches()) {
            document = value;
            return;
        }
        JsonNode parent = found(path.head());
        if (parent instanceof ObjectNode object) {
            object.set(path.last().getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array) {
            array.set(path.last().getMatchingIndex(), value);
        } else {
            throw missing(path);
        }
    }

    private void remove(JsonPointer path) {
        found(path);
        if (path.matches()) {
            throw ApiError.badRequest("the whole object cannot be removed by a patch");
        }
        JsonNode parent = found(path.head());
        if (parent instanceof ObjectNode object) {
            object.remove(path.last().getMatchingProperty());
        } else if (parent instanceof ArrayNode array) {
            array.remove(path.last().getMatchingIndex());
        }
    }

    private static ApiError missing(JsonPointer path) {
        return new ApiError(422, "Invalid", "there is nothing at " + path);
    }
}
