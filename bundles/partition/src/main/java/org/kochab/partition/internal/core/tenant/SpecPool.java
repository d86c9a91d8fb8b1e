package org.kochab.partition.internal.core.tenant;

import java.util.HashMap;
import java.util.Map;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;

/**
 * Keeps one object for all pods that are equal for placement, so that thousands of pods of one template share their spec, their labels, their requests
 * and their place in the queue. Specs are kept without the node they were placed on. Not thread-safe.
 */
final class SpecPool {
    private record Key(String tenant, String namespace, Map<String, String> labels, PodSpec spec) {}

    /** What equal pods share; equal only to itself. */
    static final class Shared {
        final String tenant;
        final String namespace;
        final Map<String, String> labels;
        final PodSpec spec;
        final Map<String, Long> requests;
        private final Key key;
        private int users;

        private Shared(Key key) {
            this.tenant = key.tenant;
            this.namespace = key.namespace;
            this.labels = key.labels;
            this.spec = key.spec;
            this.requests = PodRequests.of(key.spec);
            this.key = key;
        }

        int priority() {
            return spec.priority() == null ? 0 : spec.priority();
        }
    }

    private final Map<Key, Shared> shared = new HashMap<>();

    /** One more user of what a pod shares with its equals. */
    Shared take(Pod pod, PodSpec spec) {
        return take(new Key(
                String.valueOf(pod.metadata().tenant()),
                String.valueOf(pod.metadata().namespace()),
                pod.metadata().labels(),
                plain(spec)));
    }

    /** Another spec in place of the one that a pod shares; what it shared is still to be given back. */
    Shared take(Shared before, PodSpec spec) {
        return take(new Key(before.tenant, before.namespace, before.labels, plain(spec)));
    }

    private Shared take(Key key) {
        Shared s = shared.computeIfAbsent(key, Shared::new);
        s.users++;
        return s;
    }

    static PodSpec plain(PodSpec spec) {
        return spec.nodeName() == null ? spec : spec.withNodeName(null);
    }

    /** One less. */
    void give(Shared s) {
        if (--s.users == 0) {
            shared.remove(s.key);
        }
    }

    int size() {
        return shared.size();
    }
}
