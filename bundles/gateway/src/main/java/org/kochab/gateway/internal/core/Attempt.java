package org.kochab.gateway.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;

/**
 * What somebody wants to do.
 *
 * @param verb as Kubernetes has it: {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code patch}, {@code delete}, {@code bind}, {@code escalate}
 * @param tenant whose objects are meant
 * @param platform whether the kind is the platform's own, which no tenant has
 * @param resource plural, with the subresource after a {@code /} if one is meant
 */
public record Attempt(
        String verb,
        TenantId tenant,
        boolean platform,
        String group,
        String resource,
        @Nullable String namespace,
        @Nullable String name) {
    /** As Kubernetes words a refusal. */
    public String refusal(Caller caller) {
        int slash = resource.indexOf('/');
        String plural = slash < 0 ? resource : resource.substring(0, slash);
        return plural + (group.isEmpty() ? "" : "." + group)
                + (name == null || name.isEmpty() ? "" : " \"" + name + "\"") + " is forbidden: User \""
                + caller.user() + "\" cannot " + verb + " resource \"" + resource
                + "\" in API group \"" + group + "\" "
                + (namespace == null ? "at the cluster scope" : "in the namespace \"" + namespace + "\"");
    }
}
