package org.kochab.api.codec;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Turns records into JSON and back, and reads manifests. Record components are the fields; null, empty lists and empty maps are left
 * out. Input is bounded (size, depth, string and number length, YAML aliases) and never creates types named by the input. Thread-safe,
 * does not block.
 */
@ProviderType
public interface Codec {
    /** Compact JSON of a record. */
    byte[] encode(Object value);

    /**
     * Reads JSON that Kochab or a device wrote: unknown fields are ignored.
     *
     * @throws CodecException if it is malformed; the message names the path
     */
    <T> T decode(byte[] json, Class<T> type);

    /** Reads a stored resource of a kind. Fails like {@link #decode}. */
    default Resource decode(byte[] json, Kind kind) {
        return decode(json, kind.type());
    }

    /**
     * Reads a manifest: JSON or YAML, any number of documents, {@code List} objects flattened; empty documents are skipped. Every
     * document is read before anything is returned, so a manifest is right as a whole or refused.
     *
     * @throws CodecException for malformed text, an unknown kind, or an unknown field (if refused); the message names document and path
     */
    Manifest manifest(byte[] text, UnknownFields unknownFields);

    /** JSON for people, indented by two. */
    String json(Object value);

    /** YAML for people, without a document marker. */
    String yaml(Object value);

    /** What to do with a field that the kind does not have. */
    enum UnknownFields {
        REFUSE,
        WARN
    }

    /**
     * A manifest's resources, in its order.
     *
     * @param warnings one sentence for each field that was dropped
     */
    record Manifest(List<Resource> resources, List<String> warnings) {
        public Manifest {
            resources = List.copyOf(resources);
            warnings = List.copyOf(warnings);
        }
    }
}
