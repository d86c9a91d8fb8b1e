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
    default Manifest manifest(byte[] text, UnknownFields unknownFields) {
        return manifest(text, unknownFields, Kind.BUILT_IN);
    }

    /**
     * As {@link #manifest(byte[], UnknownFields)}, for a tenant's kinds. Those that a definition in the text defines are known from there on. Of an object that is
     * not of a built-in kind, only its fields are compared with its schema here; their values are when it is stored.
     *
     * @param kinds see {@link org.kochab.api.resource.ResourceService#kinds}
     */
    Manifest manifest(byte[] text, UnknownFields unknownFields, List<Kind> kinds);

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
     * @param warnings one sentence for each field that was dropped; as short as the message of a {@link CodecException}
     */
    record Manifest(List<Resource> resources, List<String> warnings) {
        public Manifest {
            resources = List.copyOf(resources);
            warnings = warnings.stream().map(Brief::of).toList();
        }
    }
}
