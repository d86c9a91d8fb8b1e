package org.kochab.api.resource;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;

/**
 * Names one resource.
 *
 * @param tenant {@link TenantId#SYSTEM} for kinds of the platform
 * @param namespace null for kinds that do not live in a namespace
 */
public record ResourceRef(TenantId tenant, Kind kind, @Nullable String namespace, String name) {
    public ResourceRef {
        if ((kind.scope() == Kind.Scope.NAMESPACE) == (namespace == null)) {
            throw new IllegalArgumentException(
                    namespace == null
                            ? kind.name() + " " + name + " needs a namespace"
                            : kind.name() + " " + name + " does not live in a namespace");
        }
    }

    /** The name of a resource that has been stored. */
    public static ResourceRef of(Kind kind, Resource resource) {
        var meta = resource.metadata();
        return new ResourceRef(
                meta.tenant() == null ? TenantId.SYSTEM : new TenantId(meta.tenant()),
                kind,
                kind.scope() == Kind.Scope.NAMESPACE ? meta.namespace() : null,
                String.valueOf(meta.name()));
    }

    @Override
    public String toString() {
        return kind.name() + " " + (namespace == null ? "" : namespace + "/") + name;
    }
}
