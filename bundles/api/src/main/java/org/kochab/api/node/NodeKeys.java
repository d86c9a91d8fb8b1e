package org.kochab.api.node;

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

    private NodeKeys() {}

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
