package org.kochab.api.identity;

/** Where the directory keeps identities of nodes. Whoever moves a node moves its identity with it. */
public final class IdentityKeys {
    /** {@code identity/nodes/RM/NODE}. While a node moves between resource managers there is a copy below each. */
    public static final String NODES = "identity/nodes/";

    private IdentityKeys() {}

    public static String node(String resourceManager, String node) {
        return NODES + resourceManager + "/" + node;
    }
}
