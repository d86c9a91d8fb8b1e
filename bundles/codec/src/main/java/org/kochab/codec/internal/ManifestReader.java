package org.kochab.codec.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.schema.Fields;

/** Reads one manifest. Used once. */
public final class ManifestReader {
    private static final JsonMapper STRICT = Mappers.strict();
    private static final int MOST_VALUES = 200_000;
    private static final int MOST_WARNINGS = 100;

    private final Codec.UnknownFields unknownFields;
    private final List<String> warnings = new ArrayList<>();
    /** Those that were given, then those that the manifest has defined so far. */
    private final List<Kind> kinds;

    public ManifestReader(Codec.UnknownFields unknownFields, List<Kind> kinds) {
        this.unknownFields = unknownFields;
        this.kinds = new ArrayList<>(kinds);
    }

    /** The documents as trees, lists flattened. */
    public List<JsonNode> documents(String text) {
        String start = text.stripLeading();
        List<JsonNode> found = start.startsWith("{") ? json(text) : YamlTree.read(text, MOST_VALUES, Mappers.DEEPEST);
        List<JsonNode> flat = new ArrayList<>();
        for (JsonNode document : found) {
            flatten(document, flat, 0);
        }
        if (flat.isEmpty()) {
            throw new CodecException("the manifest is empty: it needs at least one object with apiVersion and kind");
        }
        return flat;
    }

    private static List<JsonNode> json(String text) {
        // Braces begin flow-style YAML too; what is not JSON is given to the YAML reader, which knows better what is
        // wrong.
        try (MappingIterator<JsonNode> documents = STRICT.readerFor(JsonNode.class)
                .without(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readValues(text)) {
            return documents.readAll();
        } catch (IOException e) {
            return YamlTree.read(text, MOST_VALUES, Mappers.DEEPEST);
        }
    }

    private static void flatten(JsonNode document, List<JsonNode> into, int depth) {
        boolean list = document.path("kind").asText("").equals("List") && document.has("items");
        if (!list) {
            into.add(document);
            return;
        }
        if (depth > 3 || !document.get("items").isArray()) {
            throw new CodecException("items of a List must be an array of objects, at most three lists deep");
        }
        document.get("items").forEach(item -> flatten(item, into, depth + 1));
    }

    public Codec.Manifest resources(List<JsonNode> documents) {
        List<Resource> resources = new ArrayList<>();
        int number = 0;
        for (JsonNode document : documents) {
            number++;
            String place = documents.size() == 1 ? "" : "document " + number + ": ";
            resources.add(resource(document, place));
        }
        return new Codec.Manifest(resources, warnings);
    }

    private Resource resource(JsonNode document, String place) {
        Kind kind = kind(document, place);
        ObjectReader reader = STRICT.readerFor(kind.type());
        if (unknownFields == Codec.UnknownFields.WARN) {
            reader = reader.withHandler(new Dropper(place));
        }
        Resource resource;
        try {
            resource = reader.readValue(document);
        } catch (IOException e) {
            throw new CodecException(place + kind.name() + ": " + Mappers.explain(e), e);
        }
        if (resource.metadata() == null) {
            throw new CodecException(place + kind.name() + ": metadata is missing; it needs at least metadata.name");
        }
        if (resource instanceof CustomResourceDefinition definition) {
            // Defined again, the kind is as it is here.
            kinds.addAll(0, definition.kinds());
        }
        return resource instanceof CustomObject object ? known(object, kind, place) : resource;
    }

    /** With those fields that its kind has. */
    private CustomObject known(CustomObject object, Kind kind, String place) {
        if (kind.definition() == null) {
            return object;
        }
        return object.withFields(Fields.prune(object.fields(), kind.definition().schema(), (path, sentence) -> {
            if (unknownFields == Codec.UnknownFields.REFUSE) {
                throw new CodecException(place + kind.name() + ": " + path + " " + sentence);
            }
            warn(place + path + " is not a field and was dropped");
        }));
    }

    private Kind kind(JsonNode document, String place) {
        if (!document.isObject()) {
            throw new CodecException(place + "an object with apiVersion and kind is needed here");
        }
        JsonNode version = document.path("apiVersion");
        JsonNode name = document.path("kind");
        if (!version.isTextual() || !name.isTextual()) {
            throw new CodecException(place + (name.isTextual() ? "apiVersion" : "kind") + " is missing or not a text");
        }
        Optional<Kind> kind = kinds.stream()
                .filter(k -> k.name().equals(name.asText()) && k.apiVersion().equals(version.asText()))
                .findFirst();
        return kind.orElseThrow(() -> new CodecException(place + "kind '" + name.asText() + "' of apiVersion '"
                + version.asText() + "' is not known; there are "
                + kinds.stream()
                        .map(k -> k.apiVersion() + " " + k.name())
                        .distinct()
                        .collect(Collectors.joining(", "))));
    }

    private void warn(String warning) {
        if (warnings.size() < MOST_WARNINGS) {
            warnings.add(warning);
        }
    }

    /** Skips unknown fields and says so. */
    private final class Dropper extends DeserializationProblemHandler {
        private final String place;

        Dropper(String place) {
            this.place = place;
        }

        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                JsonDeserializer<?> deserializer,
                Object beanOrClass,
                String name)
                throws IOException {
            String parent = parser.getParsingContext().pathAsPointer(false).toString();
            warn(place + dotted(parent) + " is not a field and was dropped");
            parser.skipChildren();
            return true;
        }
    }

    private static String dotted(String pointer) {
        return pointer.substring(1).replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.');
    }
}
