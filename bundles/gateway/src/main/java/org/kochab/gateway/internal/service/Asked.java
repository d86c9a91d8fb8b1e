package org.kochab.gateway.internal.service;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiError.About;
import org.kochab.gateway.internal.core.ApiKinds;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;

/**
 * What is asked of objects of a kind, once it is clear that it may be.
 *
 * @param caller who asks
 * @param served the kind in the version that is asked for
 * @param tenant {@link TenantId#SYSTEM} for kinds of the platform
 * @param namespace null for all, and for kinds outside namespaces
 * @param name null for all
 */
record Asked(
        Request request,
        Caller caller,
        TenantId tenant,
        Kind served,
        @Nullable String namespace,
        @Nullable String name) {
    /** The kind as the platform has it. */
    Kind kind() {
        return ApiKinds.kept(served);
    }

    ResourceRef ref() {
        return new ResourceRef(tenant, kind(), namespace, String.valueOf(name));
    }

    About about() {
        return about(name);
    }

    About about(@Nullable String of) {
        return new About(served.group(), served.plural(), of);
    }

    ApiError missing() {
        return ApiError.notFound(qualified() + " \"" + name + "\" not found");
    }

    private String qualified() {
        String group = served.group();
        return group.isEmpty() ? served.plural() : served.plural() + "." + group;
    }
}
