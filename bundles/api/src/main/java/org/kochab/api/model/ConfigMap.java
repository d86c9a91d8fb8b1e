package org.kochab.api.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that pods take as variables and files.
 *
 * @param data texts by key
 * @param binaryData bytes by key, in base64; a key is in one of the two
 * @param immutable true: data can no longer be changed, nor this be taken back
 */
public record ConfigMap(
        String apiVersion,
        String kind,
        ObjectMeta metadata,
        Map<String, String> data,
        Map<String, String> binaryData,
        @Nullable Boolean immutable)
        implements Resource {
    public ConfigMap {
        data = Copies.map(data);
        binaryData = Copies.map(binaryData);
    }

    @Override
    public ConfigMap withMetadata(ObjectMeta value) {
        return new ConfigMap(apiVersion, kind, value, data, binaryData, immutable);
    }
}
