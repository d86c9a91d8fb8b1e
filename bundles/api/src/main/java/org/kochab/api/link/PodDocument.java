package org.kochab.api.link;

import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.PodSpec;

/** {@code down/spec/{digest}}: one pod in full; immutable. The digest is SHA-256 of the message's bytes, in lower-case hex. */
public record PodDocument(
        String uid, String tenant, String namespace, String name, Map<String, String> labels, PodSpec spec) {
    public PodDocument {
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels == null ? Map.of() : labels));
    }
}
