package org.kochab.spi.scheduler;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;

/**
 * A pod and the node that its scheduler has chosen for it.
 *
 * @param uid of the pod: the same pod may be reserved again, elsewhere, when this comes to nothing
 * @param labels of the pod
 * @param requests what it asks for, in {@link ClusterView}'s units; {@code pods} is 1
 */
public record Reservation(
        TenantId tenant,
        String namespace,
        String pod,
        String uid,
        Map<String, String> labels,
        PodSpec spec,
        Map<String, Long> requests,
        String node) {
    public Reservation {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        requests = Collections.unmodifiableSortedMap(new TreeMap<>(requests));
    }
}
