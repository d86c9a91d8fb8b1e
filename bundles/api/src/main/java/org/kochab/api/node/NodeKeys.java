package org.kochab.api.node;

import org.kochab.api.model.Node;

/**
 * Where a resource manager's partition keeps what. Tenant partitions watch these keys: they are the deltas that feed schedulers and pod
 * status.
 */
public final class NodeKeys {
    /** {@code node/NAME}: JSON of {@link org.kochab.api.model.Node}. Put only at transitions, never for a heartbeat. */
    public static final String NODES = "node/";

    /** {@code claim/NODE/UID}: JSON of {@link Claim}. */
    public static final String CLAIMS = "claim/";

    /** {@code report/PARTITION/UID}: JSON of {@link PodReport}, by the tenant partition that the pod belongs to. */
    public static final String REPORTS = "report/";

    /** Annotation of what a resource manager still has of a node that belongs to the named one now: nobody is to go by it. */
    public static final String MOVED_TO = "kochab.org/moved-to";

    /** Annotation of a node that changed its manager: how often. Of two managers that have a node, it belongs to the one with the higher number. */
    public static final String MOVE = "kochab.org/move";

    private NodeKeys() {}

    /** How often a node has changed its manager. */
    public static long moves(Node node) {
        String number = node.metadata().annotations().get(MOVE);
        return number == null ? 0 : Long.parseLong(number);
    }

    /** Whether a node, as its manager's partition has it, belongs to another manager. */
    public static boolean isMoved(Node node) {
        return node.metadata().annotations().containsKey(MOVED_TO);
    }

    public static String node(String name) {
        return NODES + name;
    }

    public static String claim(String node, String podUid) {
        return CLAIMS + node + "/" + podUid;
    }

    public static String report(String partition, String podUid) {
        return REPORTS + partition + "/" + podUid;
    }
}
