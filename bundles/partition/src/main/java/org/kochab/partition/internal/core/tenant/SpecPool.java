package org.kochab.partition.internal.core.tenant;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.PodGroup;

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

        /** Not to be asked again before what may be ended for one of them, since the last time did not help; and why it did not. */
        long preemptAt = Long.MIN_VALUE;

        int preemptedInARow;
        String preemption = "";

        private Shared(Key key) {
            this.tenant = key.tenant;
            this.namespace = key.namespace;
            this.labels = key.labels;
            this.spec = key.spec;
            this.requests = PodRequests.of(key.spec);
            this.key = key;
        }

        int priority() {
            return spec.urgency();
        }

        /** Pods that share this, as a scheduler is asked about them. */
        PodGroup group(List<String> uids) {
            return new PodGroup(new TenantId(tenant), namespace, labels, spec, requests, uids, false);
        }
    }

    private final Map<Key, Shared> shared = new HashMap<>();
    /** By tenant: how many of {@link #shared} have each priority. */
    private final Map<String, TreeMap<Integer, Integer>> priorities = new HashMap<>();

    /** How many of {@link #shared} have another priority than 0. */
    private int prioritised;

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
        Shared s = shared.computeIfAbsent(key, this::shared);
        s.users++;
        return s;
    }

    private Shared shared(Key key) {
        Shared s = new Shared(key);
        count(s, 1);
        return s;
    }

    private void count(Shared s, int delta) {
        TreeMap<Integer, Integer> counts = priorities.computeIfAbsent(s.tenant, t -> new TreeMap<>());
        if (counts.merge(s.priority(), delta, Integer::sum) == 0) {
            counts.remove(s.priority());
            if (counts.isEmpty()) {
                priorities.remove(s.tenant);
            }
        }
        prioritised += s.priority() == 0 ? 0 : delta;
    }

    /** Whether pods of the same tenant have a lower priority. */
    boolean hasLower(Shared than) {
        return prioritised > 0 && priorities.get(than.tenant).firstKey() < than.priority();
    }

    static PodSpec plain(PodSpec spec) {
        return spec.nodeName() == null ? spec : spec.withNodeName(null);
    }

    /** One less. */
    void give(Shared s) {
        if (--s.users == 0) {
            shared.remove(s.key);
            count(s, -1);
        }
    }

    int size() {
        return shared.size();
    }
}
