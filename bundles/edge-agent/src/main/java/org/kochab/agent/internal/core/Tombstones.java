package org.kochab.agent.internal.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pods that were here and are gone: they must not come back under a token that has been used. The latest are kept. */
final class Tombstones {
    private static final int MOST = 512;

    private final Map<String, Long> tokens = new LinkedHashMap<>();

    Tombstones(List<Checkpoint.Tombstone> saved) {
        saved.forEach(t -> tokens.put(t.uid(), t.token()));
    }

    boolean forbids(String uid, long token) {
        return tokens.getOrDefault(uid, -1L) >= token;
    }

    void add(String uid, long token) {
        tokens.remove(uid);
        tokens.put(uid, token);
        if (tokens.size() > MOST) {
            tokens.remove(tokens.keySet().iterator().next());
        }
    }

    List<Checkpoint.Tombstone> saved() {
        return tokens.entrySet().stream()
                .map(t -> new Checkpoint.Tombstone(t.getKey(), t.getValue()))
                .toList();
    }
}
