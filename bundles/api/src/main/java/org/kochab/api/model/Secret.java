package org.kochab.api.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that pods take as variables and files, and that are stored encrypted.
 *
 * @param type what its author means it to be; {@code Opaque} if null
 * @param data bytes by key, in base64
 * @param stringData texts by key, which become data when it is written; never there when it is read
 * @param immutable true: data can no longer be changed, nor this be taken back
 */
public record Secret(
        String apiVersion,
        String kind,
        ObjectMeta metadata,
        @Nullable String type,
        Map<String, String> data,
        Map<String, String> stringData,
        @Nullable Boolean immutable)
        implements Resource {
    public Secret {
        data = Copies.map(data);
        stringData = Copies.map(stringData);
    }

    @Override
    public Secret withMetadata(ObjectMeta value) {
        return new Secret(apiVersion, kind, value, type, data, stringData, immutable);
    }

    public Secret withData(Map<String, String> value) {
        return new Secret(apiVersion, kind, metadata, type, value, Map.of(), immutable);
    }

    /** Leaves the values out, and the annotations, in which clients keep them too. */
    @Override
    public String toString() {
        return "Secret[" + metadata.namespace() + "/" + metadata.name() + ", " + data.keySet() + "]";
    }
}
