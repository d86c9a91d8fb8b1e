package org.kochab.spi.scheduler;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;

/**
 * Pods that are equal for placement: an equivalence class, filtered and ranked once and placed many times.
 *
 * @param spec the spec they share; {@code nodeName} is not set
 * @param requests what one pod asks for, in {@link ClusterView}'s units; {@code pods} is 1
 * @param podUids in the order they are to be placed
 * @param allOrNothing whether the group is placed as a whole or not at all
 */
public record PodGroup(
        TenantId tenant,
        String namespace,
        Map<String, String> labels,
        PodSpec spec,
        Map<String, Long> requests,
        List<String> podUids,
        boolean allOrNothing) {
    public PodGroup {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        requests = Collections.unmodifiableSortedMap(new TreeMap<>(requests));
        podUids = List.copyOf(podUids);
    }
}
