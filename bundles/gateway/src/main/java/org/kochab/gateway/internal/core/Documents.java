package org.kochab.gateway.internal.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.resourcetext.Table;

/**
 * Objects in the form that a client wants.
 *
 * @param rowObject what goes with each row of a table: {@code None}, {@code Metadata} or {@code Object}
 */
public record Documents(Codec codec, Kind kind, Form form, String rowObject) {
    private static final ResourceTables.Shape WIDE = new ResourceTables.Shape(true, false, false);
    private static final ResourceTables.Shape NARROW = new ResourceTables.Shape(false, false, false);

    public static Documents of(Codec codec, Kind kind, Request request) {
        String rowObject = request.parameter("includeObject");
        return new Documents(codec, kind, Form.of(request.accept()), rowObject == null ? "Metadata" : rowObject);
    }

    public static ObjectNode json(Codec codec, Resource resource) {
        return Json.readObject(codec.encode(resource));
    }

    /** In the version that is asked for. */
    private ObjectNode json(Resource resource) {
        return json(codec, resource).put("apiVersion", kind.apiVersion());
    }

    public ObjectNode one(Resource resource, Instant now) {
        if (!form.isTable()) {
            return json(resource);
        }
        return table(List.of(resource), String.valueOf(resource.metadata().resourceVersion()), Optional.empty(), now);
    }

    public ObjectNode list(List<Resource> resources, String version, Optional<String> next, Instant now) {
        if (form.isTable()) {
            return table(resources, version, next, now);
        }
        ObjectNode list = Json.object().put("kind", kind.name() + "List").put("apiVersion", kind.apiVersion());
        list.set("metadata", listMetadata(version, next));
        ArrayNode items = list.putArray("items");
        resources.forEach(r -> items.add(item(r)));
        return list;
    }

    /** As it is written, without a tree in between, unless something has to be changed: that was a third of what lists cost. */
    private JsonNode item(Resource resource) {
        return resource.apiVersion().equals(kind.apiVersion())
                ? Json.NODES.rawValueNode(new RawValue(new String(codec.encode(resource), UTF_8)))
                : json(resource);
    }

    private static ObjectNode listMetadata(String version, Optional<String> next) {
        ObjectNode metadata = Json.object().put("resourceVersion", version);
        next.ifPresent(n -> metadata.put("continue", n));
        return metadata;
    }

    private ObjectNode table(List<Resource> resources, String version, Optional<String> next, Instant now) {
        ObjectNode document = Json.object().put("kind", "Table").put("apiVersion", form.apiVersion());
        document.set("metadata", listMetadata(version, next));
        Table table = ResourceTables.of(kind, resources, WIDE, now);
        List<String> narrow = titles(ResourceTables.of(kind, List.of(), NARROW, now));
        ArrayNode columns = document.putArray("columnDefinitions");
        for (String title : titles(table)) {
            columns.addObject()
                    .put("name", title)
                    .put("type", "string")
                    .put("format", title.equals("NAME") ? "name" : "")
                    .put("description", "")
                    .put("priority", narrow.contains(title) ? 0 : 1);
        }
        ArrayNode rows = document.putArray("rows");
        for (int i = 0; i < resources.size(); i++) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            table.rows().get(i).forEach(cells::add);
            switch (rowObject) {
                case "None" -> row.putNull("object");
                case "Object" -> row.set("object", json(resources.get(i)));
                default -> row.set("object", partial(resources.get(i)));
            }
        }
        return document;
    }

    private ObjectNode partial(Resource resource) {
        ObjectNode partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", form.apiVersion());
        partial.set("metadata", Json.readObject(codec.encode(resource.metadata())));
        return partial;
    }

    private static List<String> titles(Table table) {
        List<String> titles = new ArrayList<>();
        table.columns().forEach(c -> titles.add(c.title()));
        return titles;
    }

    /** One line of a watch. */
    public static ObjectNode event(String type, ObjectNode object) {
        ObjectNode event = Json.object().put("type", type);
        event.set("object", object);
        return event;
    }

    /** Where a watch may go on, as an object that has nothing else. */
    public ObjectNode bookmark(String version) {
        ObjectNode mark = form.isTable()
                ? Json.object().put("kind", "Table").put("apiVersion", form.apiVersion())
                : Json.object().put("kind", kind.name()).put("apiVersion", kind.apiVersion());
        if (form.isTable()) {
            mark.putNull("columnDefinitions");
            mark.putArray("rows");
        }
        mark.putObject("metadata").put("resourceVersion", version).putNull("creationTimestamp");
        return mark;
    }
}
