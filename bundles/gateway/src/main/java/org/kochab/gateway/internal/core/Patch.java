package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A change to an object, in one of the forms that there are. */
public record Patch(Type type, JsonNode changes) {
    /** How it is written. */
    public enum Type {
        JSON,
        MERGE,
        STRATEGIC
    }

    /** What a request asks for; {@code UnsupportedMediaType} if its form is none of those. */
    public static Patch of(Request request) {
        Type type =
                switch (request.contentType()) {
                    case "application/json-patch+json" -> Type.JSON;
                    case "application/merge-patch+json" -> Type.MERGE;
                    case "application/strategic-merge-patch+json" -> Type.STRATEGIC;
                    case "application/apply-patch+yaml" ->
                        throw ApiError.unsupportedMediaType(
                                "server-side apply is not there: leave --server-side out, or use kochab:apply");
                    default ->
                        throw ApiError.unsupportedMediaType(
                                "a patch is application/json-patch+json, application/merge-patch+json or application/strategic-merge-patch+json, not '"
                                        + request.contentType() + "'");
                };
        return new Patch(type, type == Type.JSON ? Json.read(request.body()) : Json.readObject(request.body()));
    }

    public ObjectNode apply(ObjectNode target) {
        JsonNode patched =
                switch (type) {
                    case JSON -> JsonPatch.apply(target, changes);
                    case MERGE -> MergePatch.apply(target, changes);
                    case STRATEGIC -> StrategicMerge.apply(target, (ObjectNode) changes);
                };
        if (patched instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("the patch leaves no object");
    }
}
