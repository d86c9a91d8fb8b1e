package org.kochab.api.node;

import org.kochab.api.model.PodStatus;

/**
 * What a node last reported of a pod.
 *
 * @param token the claim's
 */
public record PodReport(
        String podUid, String tenant, String namespace, String pod, String node, long token, PodStatus status) {}
