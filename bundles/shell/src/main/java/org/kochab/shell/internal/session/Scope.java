package org.kochab.shell.internal.session;

import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;

/**
 * Where a command looks if it is not told: the session's tenant and namespace. A session begins with the tenant {@code default}, which the platform
 * makes at its first start; nothing ever begins with {@code system}.
 *
 * @param explicit whether the tenant was named in the command itself
 */
public record Scope(TenantId tenant, String namespace, boolean explicit) {
    public static final String TENANT = "kochab.tenant";
    public static final String NAMESPACE = "kochab.namespace";
    public static final String DEFAULT = "default";

    public static Scope of(Session session, @Nullable String tenant, @Nullable String namespace) {
        return new Scope(
                new TenantId(tenant != null ? tenant : variable(session, TENANT)),
                namespace != null ? namespace : variable(session, NAMESPACE),
                tenant != null);
    }

    private static String variable(Session session, String name) {
        Object value = session.get(name);
        return value == null || value.toString().isBlank() ? DEFAULT : value.toString();
    }

    /** Where objects of a kind are asked for. */
    public TenantId tenantOf(Kind kind) {
        return kind.scope() == Kind.Scope.PLATFORM ? TenantId.SYSTEM : tenant;
    }

    public ResourceRef ref(Kind kind, String name) {
        return new ResourceRef(tenantOf(kind), kind, kind.scope() == Kind.Scope.NAMESPACE ? namespace : null, name);
    }

    /** {@code in namespace default of tenant default}, as far as it applies to the kind. */
    public String where(Kind kind) {
        return switch (kind.scope()) {
            case PLATFORM -> "on the platform";
            case TENANT -> "in tenant " + tenant;
            case NAMESPACE -> "in namespace " + namespace + " of tenant " + tenant;
        };
    }
}
