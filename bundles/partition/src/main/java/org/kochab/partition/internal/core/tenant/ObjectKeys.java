package org.kochab.partition.internal.core.tenant;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;

/**
 * Where objects are kept: {@code PLURAL/TENANT/NAMESPACE/NAME} and {@code PLURAL/TENANT/NAME} in the tenant partition, {@code
 * tenants/NAME} in the directory.
 *
 * <p>{@code open-namespace/TENANT/NAME} and {@code open-tenant/TENANT} are there as long as new objects are welcome. Every creation
 * requires the one above it, so a namespace or tenant under deletion gets nothing new however many creations are under way.
 */
public final class ObjectKeys {
    private ObjectKeys() {}

    public static String key(ResourceRef ref) {
        return switch (ref.kind().scope()) {
            case PLATFORM -> ref.kind().plural() + "/" + ref.name();
            case TENANT -> ref.kind().plural() + "/" + ref.tenant() + "/" + ref.name();
            case NAMESPACE -> ref.kind().plural() + "/" + ref.tenant() + "/" + ref.namespace() + "/" + ref.name();
        };
    }

    /** Prefix of all objects of a kind in a tenant, or in one of its namespaces. */
    public static String prefix(TenantId tenant, Kind kind, @Nullable String namespace) {
        return switch (kind.scope()) {
            case PLATFORM -> kind.plural() + "/";
            case TENANT -> kind.plural() + "/" + tenant + "/";
            case NAMESPACE ->
                namespace == null
                        ? kind.plural() + "/" + tenant + "/"
                        : kind.plural() + "/" + tenant + "/" + namespace + "/";
        };
    }

    /** Prefix of a kind over all tenants. */
    public static String all(Kind kind) {
        return kind.plural() + "/";
    }

    /** The object a key names, for kinds that live in a tenant. */
    public static ResourceRef parse(Kind kind, String key) {
        String[] parts = key.split("/", -1);
        return kind.scope() == Kind.Scope.NAMESPACE
                ? new ResourceRef(new TenantId(parts[1]), kind, parts[2], parts[3])
                : new ResourceRef(new TenantId(parts[1]), kind, null, parts[2]);
    }

    public static String pod(String tenant, String namespace, String name) {
        return Kind.POD.plural() + "/" + tenant + "/" + namespace + "/" + name;
    }

    public static String tenant(TenantId tenant) {
        return Kind.TENANT.plural() + "/" + tenant;
    }

    public static String openTenant(TenantId tenant) {
        return "open-tenant/" + tenant;
    }

    public static String openNamespaces(TenantId tenant) {
        return "open-namespace/" + tenant + "/";
    }

    public static String openNamespace(TenantId tenant, String namespace) {
        return openNamespaces(tenant) + namespace;
    }
}
