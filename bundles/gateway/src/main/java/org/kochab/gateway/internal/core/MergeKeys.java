package org.kochab.gateway.internal.core;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How lists are merged by strategic merge patches, and how the API's description says so: clients and server must agree. Lists that are not named here are
 * replaced as a whole.
 */
public enum MergeKeys {
    CONTAINERS("containers", "name"),
    INIT_CONTAINERS("initContainers", "name"),
    ENV("env", "name"),
    VOLUMES("volumes", "name"),
    VOLUME_MOUNTS("volumeMounts", "mountPath"),
    PORTS("ports", "containerPort"),
    CONDITIONS("conditions", "type"),
    ADDRESSES("addresses", "type"),
    OWNER_REFERENCES("ownerReferences", "uid"),
    TOPOLOGY_SPREAD("topologySpreadConstraints", "topologyKey"),
    FINALIZERS("finalizers", null);

    private static final List<MergeKeys> ALL = Arrays.asList(values());

    private final String list;
    private final @Nullable String key;

    MergeKeys(String list, @Nullable String key) {
        this.list = list;
        this.key = key;
    }

    /** Null if the list is replaced as a whole. */
    public static @Nullable MergeKeys of(String list) {
        return ALL.stream().filter(k -> k.list.equals(list)).findFirst().orElse(null);
    }

    /** The field by which elements are the same; null for lists of plain values, which are sets. */
    public @Nullable String key() {
        return key;
    }
}
