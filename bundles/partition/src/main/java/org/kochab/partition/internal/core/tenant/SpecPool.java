package org.kochab.partition.internal.core.tenant;

import java.util.HashMap;
import java.util.Map;
import org.kochab.api.model.PodSpec;

/**
 * Keeps one object for all equal specs, so that thousands of pods of one template share their spec, their requests and their place in the
 * queue. Specs are kept without the node they were placed on. Not thread-safe.
 */
final class SpecPool {
    /** A spec that pods share; equal only to itself. */
    static final class Shared {
        final PodSpec spec;
        final Map<String, Long> requests;
        private int users;

        private Shared(PodSpec spec) {
            this.spec = spec;
            this.requests = PodRequests.of(spec);
        }

        int priority() {
            return spec.priority() == null ? 0 : spec.priority();
        }
    }

    private final Map<PodSpec, Shared> shared = new HashMap<>();

    /** One more user of a spec. */
    Shared take(PodSpec spec) {
        PodSpec plain = spec.nodeName() == null ? spec : spec.withNodeName(null);
        Shared s = shared.computeIfAbsent(plain, Shared::new);
        s.users++;
        return s;
    }

    /** One less. */
    void give(Shared s) {
        if (--s.users == 0) {
            shared.remove(s.spec);
        }
    }

    int size() {
        return shared.size();
    }
}
