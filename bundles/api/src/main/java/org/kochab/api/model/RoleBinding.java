package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the rights of a role to somebody: a {@code RoleBinding} in its namespace, a {@code ClusterRoleBinding} in the whole tenant. */
public record RoleBinding(
        String apiVersion, String kind, ObjectMeta metadata, List<Subject> subjects, @Nullable RoleRef roleRef)
        implements Resource {
    public RoleBinding {
        subjects = Copies.list(subjects);
    }

    /**
     * Who is given the rights.
     *
     * @param kind {@code User}, {@code Group} or {@code ServiceAccount}
     * @param namespace of a service account, which is user {@code system:serviceaccount:NAMESPACE:NAME}; null for others
     */
    public record Subject(String kind, @Nullable String apiGroup, String name, @Nullable String namespace) {
        public static final String USER = "User";
        public static final String GROUP = "Group";
        public static final String SERVICE_ACCOUNT = "ServiceAccount";
    }

    /**
     * Which role; it need not be there, and gives nothing as long as it is not.
     *
     * @param kind {@code Role}, of the binding's own namespace, or {@code ClusterRole}
     */
    public record RoleRef(@Nullable String apiGroup, String kind, String name) {}

    @Override
    public RoleBinding withMetadata(ObjectMeta value) {
        return new RoleBinding(apiVersion, kind, value, subjects, roleRef);
    }
}
