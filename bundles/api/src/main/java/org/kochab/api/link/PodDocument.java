package org.kochab.api.link;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PodSpec;

/**
 * {@code down/spec/{digest}}: one pod in full; immutable. The digest is SHA-256 of the message's bytes, in lower-case hex. What the pod takes from config maps and
 * secrets is in it: variables as plain values in {@code spec}, files in {@code files}.
 *
 * @param files of the spec's volumes that are config maps or secrets, by the volume's name
 */
public record PodDocument(
        String uid,
        String tenant,
        String namespace,
        String name,
        Map<String, String> labels,
        PodSpec spec,
        Map<String, List<VolumeFile>> files) {
    public PodDocument {
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels == null ? Map.of() : labels));
        files = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(files == null ? Map.of() : files));
    }

    public PodDocument(
            String uid, String tenant, String namespace, String name, Map<String, String> labels, PodSpec spec) {
        this(uid, tenant, namespace, name, labels, spec, Map.of());
    }

    /**
     * @param path relative to the volume
     * @param mode its permissions; 0644 if null
     * @param data its content, in base64
     */
    public record VolumeFile(String path, @Nullable Integer mode, String data) {}

    /** Leaves the spec and the files out, which may hold secrets. */
    @Override
    public String toString() {
        return "PodDocument[" + tenant + "/" + namespace + "/" + name + ", " + uid + "]";
    }
}
