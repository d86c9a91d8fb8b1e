package org.kochab.api.model;

import java.util.List;

/** Rights, which bindings give: a {@code Role} in its namespace, a {@code ClusterRole} in a namespace or in the whole tenant. They only add up; nothing takes away. */
public record Role(String apiVersion, String kind, ObjectMeta metadata, List<PolicyRule> rules) implements Resource {
    public Role {
        rules = Copies.list(rules);
    }

    @Override
    public Role withMetadata(ObjectMeta value) {
        return new Role(apiVersion, kind, value, rules);
    }
}
