package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** How many of something there are to be, in the form that all kinds share. */
public final class Scale {
    public static final String GROUP = "autoscaling";
    public static final String VERSION = "v1";

    private Scale() {}

    /** Of an object as JSON. */
    public static ObjectNode of(ObjectNode object) {
        JsonNode meta = object.path("metadata");
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", GROUP + "/" + VERSION);
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (meta.has(field)) {
                metadata.set(field, meta.get(field));
            }
        }
        scale.putObject("spec").put("replicas", Json.at(object, "spec.replicas").asInt(1));
        scale.putObject("status")
                .put("replicas", Json.at(object, "status.replicas").asInt(0))
                .put("selector", selector(Json.at(object, "spec.selector.matchLabels")));
        return scale;
    }

    private static String selector(JsonNode labels) {
        List<String> parts = new ArrayList<>();
        labels.properties()
                .forEach(e -> parts.add(e.getKey() + "=" + e.getValue().asText()));
        return String.join(",", parts);
    }

    /** An object with what a scale says. */
    public static ObjectNode into(ObjectNode object, JsonNode scale) {
        JsonNode replicas = Json.at(scale, "spec.replicas");
        if (!replicas.isMissingNode() && !replicas.canConvertToInt()) {
            throw ApiError.badRequest("spec.replicas: a whole number is needed");
        }
        ObjectNode scaled = object.deepCopy();
        scaled.withObject("/spec").put("replicas", replicas.asInt(0));
        JsonNode version = Json.at(scale, "metadata.resourceVersion");
        if (version.isTextual() && !version.asText().isEmpty()) {
            scaled.withObject("/metadata").set("resourceVersion", version);
        }
        return scaled;
    }
}
