package org.kochab.store.ignite.internal.grid;

import java.util.Collection;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.TopologyValidator;

/**
 * Lets a cache be written only while a majority of the members it was made for is there: the smaller side of a split can only read. Stored
 * with the caches' configuration: its name and its field may never change.
 */
public final class MajorityTopology implements TopologyValidator {
    private static final long serialVersionUID = 1L;

    private final int majority;

    MajorityTopology(int majority) {
        this.majority = majority;
    }

    @Override
    public boolean validate(Collection<ClusterNode> nodes) {
        return nodes.stream().filter(n -> !n.isClient()).count() >= majority;
    }

    /** Ignite lets a member join only if its validator equals that of the others. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MajorityTopology m && majority == m.majority;
    }

    @Override
    public int hashCode() {
        return majority;
    }

    @Override
    public String toString() {
        return "MajorityTopology[" + majority + "]";
    }
}
