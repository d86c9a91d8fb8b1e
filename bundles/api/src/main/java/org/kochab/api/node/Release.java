package org.kochab.api.node;

/**
 * A tenant partition's positive word that a pod is to end, or does not exist.
 *
 * @param graceSeconds time the pod has to end by itself
 * @param force give the capacity back without the node's confirmation: for nodes that are gone for good
 */
public record Release(
        String podUid, String node, String partition, long partitionEpoch, long graceSeconds, boolean force) {}
