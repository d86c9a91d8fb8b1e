package org.kochab.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.Kind;
import org.kochab.codec.internal.ManifestReader;
import org.kochab.codec.internal.Mappers;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The codec on Jackson and SnakeYAML. */
@Component(service = Codec.class)
public final class JacksonCodec implements Codec {
    private final ObjectMapper compact = Mappers.lenient();
    private final ObjectMapper yaml = Mappers.yaml();

    @Activate
    public JacksonCodec() {}

    @Override
    public byte[] encode(Object value) {
        try {
            return compact.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new CodecException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    @Override
    public <T> T decode(byte[] json, Class<T> type) {
        if (json.length > Mappers.MOST_BYTES) {
            throw new CodecException(
                    "the text has " + json.length + " bytes; at most " + Mappers.MOST_BYTES + " are read");
        }
        T value;
        try {
            value = compact.readValue(json, type);
        } catch (IOException e) {
            throw new CodecException(type.getSimpleName() + ": " + Mappers.explain(e), e);
        }
        if (value == null) {
            throw new CodecException(type.getSimpleName() + ": the text is null, an object is needed");
        }
        return value;
    }

    @Override
    public Manifest manifest(byte[] text, UnknownFields unknownFields, List<Kind> kinds) {
        if (text.length > Mappers.MOST_BYTES) {
            throw new CodecException("the manifest has " + text.length + " bytes; at most " + Mappers.MOST_BYTES
                    + " are read: split it");
        }
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CodecException("the manifest is not UTF-8 text", e);
        }
        ManifestReader reader = new ManifestReader(unknownFields, kinds);
        List<JsonNode> documents = reader.documents(decoded);
        return reader.resources(documents);
    }

    @Override
    public String json(Object value) {
        try {
            return compact.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new CodecException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    @Override
    public String yaml(Object value) {
        try {
            return yaml.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new CodecException("cannot write " + value.getClass().getSimpleName() + " as YAML", e);
        }
    }
}
