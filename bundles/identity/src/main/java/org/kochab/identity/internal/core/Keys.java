package org.kochab.identity.internal.core;

import org.kochab.api.identity.IdentityKeys;

/** Where identities are in the directory. */
public final class Keys {
    public static final String PREFIX = "identity/";
    public static final String AUTHORITY = PREFIX + "authority";
    public static final String ACCOUNTS = PREFIX + "accounts";
    public static final String TOKENS = PREFIX + "tokens/";
    public static final String NODES = IdentityKeys.NODES;

    private Keys() {}

    public static String token(String id) {
        return TOKENS + id;
    }

    public static String node(String resourceManager, String node) {
        return IdentityKeys.node(resourceManager, node);
    }

    /** A node's name and its resource manager's. */
    public record Place(String resourceManager, String node) {
        public static Place of(String key) {
            String[] parts = key.substring(NODES.length()).split("/", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("directory key " + key + " names no node");
            }
            return new Place(parts[0], parts[1]);
        }
    }
}
