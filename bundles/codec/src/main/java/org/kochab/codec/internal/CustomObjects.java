package org.kochab.codec.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.ObjectMeta;

/** Objects whose fields are not a record's: {@code fields} stand beside {@code metadata}, in order. */
final class CustomObjects extends SimpleModule {
    private static final long serialVersionUID = 1L;

    CustomObjects() {
        addSerializer(new Writer());
        addDeserializer(CustomObject.class, new Reader());
    }

    private static final class Writer extends StdSerializer<CustomObject> {
        private static final long serialVersionUID = 1L;

        Writer() {
            super(CustomObject.class);
        }

        @Override
        public void serialize(CustomObject value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeStartObject();
            out.writeStringField("apiVersion", value.apiVersion());
            out.writeStringField("kind", value.kind());
            provider.defaultSerializeField("metadata", value.metadata(), out);
            for (Map.Entry<String, @Nullable Object> field : value.fields().entrySet()) {
                provider.defaultSerializeField(field.getKey(), field.getValue(), out);
            }
            out.writeEndObject();
        }
    }

    private static final class Reader extends StdDeserializer<CustomObject> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(CustomObject.class);
        }

        @Override
        public CustomObject deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                parser.nextToken();
            }
            String version = "";
            String kind = "";
            ObjectMeta metadata = null;
            Map<String, @Nullable Object> fields = new TreeMap<>();
            for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
                String name = parser.currentName();
                parser.nextToken();
                try {
                    switch (name) {
                        case "apiVersion" -> version = context.readValue(parser, String.class);
                        case "kind" -> kind = context.readValue(parser, String.class);
                        case "metadata" -> metadata = context.readValue(parser, ObjectMeta.class);
                        default -> fields.put(name, context.readValue(parser, Object.class));
                    }
                } catch (JsonMappingException e) {
                    e.prependPath(CustomObject.class, name);
                    throw e;
                }
            }
            try {
                return new CustomObject(version, kind, metadata, fields);
            } catch (IllegalArgumentException e) {
                throw JsonMappingException.from(parser, String.valueOf(e.getMessage()), e);
            }
        }
    }
}
