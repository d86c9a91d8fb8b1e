package org.kochab.rm.internal.core;

/** Keys of the partition that only the resource manager reads; the shared ones are in {@link org.kochab.api.node.NodeKeys}. */
final class OwnKeys {
    /** Names the one instance that may write: every transaction has it as precondition. */
    static final String OWNER = "rm/owner";

    /** No token above this number was ever given out; decimal. */
    static final String TOKEN = "rm/token";

    /** {@code rm/epoch/PARTITION}: the highest epoch seen of a tenant partition; decimal. */
    static final String READINGS = "rm/epoch/";

    /** {@code rm/tenant/TENANT}: of a tenant that moved, the number of the move and the partition it is in, with a space between. */
    static final String TENANTS = "rm/tenant/";

    /** {@code rm/birth/NODE}: number and boot of the node's last birth, with a space between. */
    static final String BIRTHS = "rm/birth/";

    /** {@code rm/move/NODE}: of a node that came or went, {@link Hold}. */
    static final String MOVES = "rm/move/";

    private OwnKeys() {}
}
