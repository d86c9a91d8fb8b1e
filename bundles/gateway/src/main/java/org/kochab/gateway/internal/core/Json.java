package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** JSON as trees, for what has no record. Bounded as the codec is. */
public final class Json {
    public static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** The longest text read. */
    public static final int MOST_BYTES = 1_500_000;

    /** Objects and lists within each other. */
    static final int DEEPEST = 50;

    private static final int LONGEST_NUMBER = 100;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxDocumentLength(MOST_BYTES)
                            .maxStringLength(MOST_BYTES)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /** What a client sent. {@code BadRequest} if it is no JSON. */
    public static JsonNode read(byte[] text) {
        try {
            JsonNode read = MAPPER.readTree(text);
            if (read.isMissingNode()) {
                throw ApiError.badRequest("the body is empty: JSON is needed");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw ApiError.badRequest("the body is not JSON: " + e.getOriginalMessage());
        } catch (NumberFormatException e) {
            // Its exponent is larger than any that can be kept.
            throw ApiError.badRequest("the body has a number that cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw ApiError.badRequest("the body cannot be read: " + e.getMessage());
        }
    }

    public static ObjectNode readObject(byte[] text) {
        if (read(text) instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("the body is no JSON object");
    }

    public static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree cannot be written", e);
        }
    }

    /** A field of objects within each other; missing if one is. */
    public static JsonNode at(JsonNode tree, String dotted) {
        JsonNode found = tree;
        for (String field : dotted.split("\\.")) {
            found = found.path(field);
        }
        return found;
    }
}
