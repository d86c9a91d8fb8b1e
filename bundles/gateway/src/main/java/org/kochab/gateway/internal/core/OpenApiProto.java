package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The API's description in the binary form that kubectl asks for: messages of gnostic's {@code OpenAPIv2.proto}, as protocol buffers. Only what {@link OpenApi}
 * makes is written, and all of that is text and messages.
 */
public final class OpenApiProto {
    /** What a client asks for. It is no media type by the rules ({@code @} is not allowed in one), and kubectl refuses an answer that says it. */
    public static final String ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /** What the answer says, as Kubernetes' does. */
    public static final String CONTENT_TYPE = "application/octet-stream";

    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private OpenApiProto() {}

    public static byte[] of(JsonNode document) {
        OpenApiProto all = new OpenApiProto();
        all.text(1, document.path("swagger"));
        OpenApiProto info = new OpenApiProto();
        info.text(1, Json.at(document, "info.title"));
        info.text(2, Json.at(document, "info.version"));
        all.message(2, info);
        all.message(8, paths(document.path("paths")));
        all.message(9, named(document.path("definitions")));
        return all.out.toByteArray();
    }

    private static OpenApiProto paths(JsonNode paths) {
        OpenApiProto all = new OpenApiProto();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            OpenApiProto one = new OpenApiProto();
            one.text(1, path.getKey());
            one.message(2, wrapped(8, patch(path.getValue().path("patch"))));
            all.message(2, one);
        }
        return all;
    }

    private static OpenApiProto patch(JsonNode operation) {
        OpenApiProto all = new OpenApiProto();
        for (JsonNode parameter : operation.path("parameters")) {
            OpenApiProto query = new OpenApiProto();
            query.text(2, parameter.path("in"));
            query.text(4, parameter.path("name"));
            query.text(6, parameter.path("type"));
            all.message(8, wrapped(1, wrapped(2, wrapped(3, query))));
        }
        all.extensions(13, operation);
        return all;
    }

    /** Schemas by name. */
    private static OpenApiProto named(JsonNode schemas) {
        OpenApiProto all = new OpenApiProto();
        for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
            OpenApiProto one = new OpenApiProto();
            one.text(1, schema.getKey());
            one.message(2, schema(schema.getValue()));
            all.message(1, one);
        }
        return all;
    }

    private static OpenApiProto schema(JsonNode schema) {
        OpenApiProto all = new OpenApiProto();
        all.text(1, schema.path("$ref"));
        all.text(2, schema.path("format"));
        all.text(4, schema.path("description"));
        if (schema.has("additionalProperties")) {
            all.message(21, wrapped(1, schema(schema.get("additionalProperties"))));
        }
        if (schema.has("type")) {
            OpenApiProto type = new OpenApiProto();
            type.text(1, schema.get("type"));
            all.message(22, type);
        }
        if (schema.has("items")) {
            all.message(23, wrapped(1, schema(schema.get("items"))));
        }
        if (schema.has("properties")) {
            all.message(25, named(schema.get("properties")));
        }
        all.extensions(31, schema);
        return all;
    }

    private void extensions(int field, JsonNode of) {
        of.properties().forEach(e -> {
            if (e.getKey().startsWith("x-")) {
                OpenApiProto extension = new OpenApiProto();
                extension.text(1, e.getKey());
                OpenApiProto yaml = new OpenApiProto();
                // JSON is YAML.
                yaml.text(2, e.getValue().toString());
                extension.message(2, yaml);
                message(field, extension);
            }
        });
    }

    private static OpenApiProto wrapped(int field, OpenApiProto inner) {
        OpenApiProto outer = new OpenApiProto();
        outer.message(field, inner);
        return outer;
    }

    private void text(int field, JsonNode value) {
        if (value.isTextual()) {
            text(field, value.asText());
        }
    }

    private void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private void message(int field, OpenApiProto message) {
        bytes(field, message.out.toByteArray());
    }

    private void bytes(int field, byte[] value) {
        number(field << 3 | LENGTH_DELIMITED);
        number(value.length);
        out.writeBytes(value);
    }

    private void number(int value) {
        int rest = value;
        while (rest > 127) {
            out.write(rest & 127 | 128);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
