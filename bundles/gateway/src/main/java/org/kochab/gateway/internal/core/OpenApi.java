package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.resourcetext.FieldDocs;

/**
 * The API's description, Swagger 2.0, made from the model's records: what is described is what is accepted. It has definitions, by which kubectl explains,
 * validates and merges; and of the paths that an object of each kind can be patched, also to try, which is what kubectl looks for before it tries anything.
 */
public final class OpenApi {
    private static final String KIND = "x-kubernetes-group-version-kind";

    private final ObjectNode definitions = Json.object();

    private OpenApi() {}

    public static ObjectNode of(ApiKinds kinds) {
        OpenApi api = new OpenApi();
        // What pods have is explained as part of pods, whoever else has it.
        List<Kind> order = new ArrayList<>(kinds.all());
        order.sort((a, b) -> Boolean.compare(b.equals(Kind.POD), a.equals(Kind.POD)));
        order.forEach(api::kind);
        ObjectNode document = Json.object().put("swagger", "2.0");
        document.putObject("info").put("title", "Kochab").put("version", "v1");
        ObjectNode paths = document.putObject("paths");
        kinds.all().forEach(k -> patch(paths, k));
        document.set("definitions", api.definitions);
        return document;
    }

    private void kind(Kind kind) {
        String name = "org.kochab." + kind.apiVersion().replace('/', '.') + "." + kind.name();
        ObjectNode definition = definition(name, kind.type(), kind, List.of());
        definition.putArray(KIND).add(groupVersionKind(kind));
    }

    private static void patch(ObjectNode paths, Kind kind) {
        String path = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion()
                + (kind.scope() == Kind.Scope.NAMESPACE ? "/namespaces/{namespace}/" : "/") + kind.plural() + "/{name}";
        ObjectNode patch = paths.putObject(path).putObject("patch");
        patch.putArray("parameters")
                .addObject()
                .put("in", "query")
                .put("name", "dryRun")
                .put("type", "string");
        patch.set(KIND, groupVersionKind(kind));
    }

    private static ObjectNode groupVersionKind(Kind kind) {
        return Json.object().put("group", kind.group()).put("kind", kind.name()).put("version", ApiKinds.version(kind));
    }

    private ObjectNode definition(String name, Class<?> type, Kind kind, List<String> path) {
        ObjectNode definition = definitions.putObject(name);
        definition.put("type", "object");
        FieldDocs.of(kind, path).ifPresent(d -> definition.put("description", d));
        ObjectNode properties = definition.putObject("properties");
        for (RecordComponent component : FieldDocs.components(type)) {
            List<String> below = new ArrayList<>(path);
            below.add(FieldDocs.name(component));
            ObjectNode property = schema(component.getGenericType(), kind, below);
            FieldDocs.of(kind, below).ifPresent(d -> property.put("description", d));
            MergeKeys keys = MergeKeys.of(component.getName());
            if (keys != null && property.path("type").asText().equals("array") && fits(keys, component)) {
                property.put("x-kubernetes-patch-strategy", "merge");
                if (keys.key() != null) {
                    property.put("x-kubernetes-patch-merge-key", keys.key());
                }
            }
            properties.set(FieldDocs.name(component), property);
        }
        return definition;
    }

    /** Lists of the same name may be of other things: ports of a service are no containers'. */
    private static boolean fits(MergeKeys keys, RecordComponent list) {
        return keys.key() == null
                || FieldDocs.components(list.getGenericType()).stream()
                        .anyMatch(c -> FieldDocs.name(c).equals(keys.key()));
    }

    private ObjectNode schema(Type type, Kind kind, List<String> path) {
        if (type instanceof ParameterizedType p) {
            Type inner = p.getActualTypeArguments()[p.getActualTypeArguments().length - 1];
            boolean map = p.getRawType() == Map.class;
            ObjectNode outer = Json.object().put("type", map ? "object" : "array");
            outer.set(map ? "additionalProperties" : "items", schema(inner, kind, path));
            return outer;
        }
        Class<?> plain = (Class<?>) type;
        if (FieldDocs.components(plain).isEmpty()) {
            return scalar(plain);
        }
        String name = "org.kochab.model."
                + plain.getName().substring(plain.getPackageName().length() + 1).replace('$', '.');
        if (!definitions.has(name)) {
            definition(name, plain, kind, path);
        }
        return Json.object().put("$ref", "#/definitions/" + name);
    }

    private static ObjectNode scalar(Class<?> type) {
        String format = null;
        String name = "object";
        if (type == String.class || type.isEnum()) {
            name = "string";
        } else if (type == Instant.class) {
            name = "string";
            format = "date-time";
        } else if (type == Integer.class || type == int.class) {
            name = "integer";
            format = "int32";
        } else if (type == Long.class || type == long.class) {
            name = "integer";
            format = "int64";
        } else if (type == Double.class || type == double.class) {
            name = "number";
        } else if (type == Boolean.class || type == boolean.class) {
            name = "boolean";
        }
        return put(Json.object().put("type", name), "format", format);
    }

    private static ObjectNode put(ObjectNode into, String field, @Nullable String value) {
        return value == null ? into : into.put(field, value);
    }
}
