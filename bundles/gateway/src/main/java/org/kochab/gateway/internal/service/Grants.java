package org.kochab.gateway.internal.service;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Role;
import org.kochab.api.model.RoleBinding;
import org.kochab.api.model.RoleBinding.RoleRef;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Authoriser;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Rules;

/** Keeps callers from giving rights that they do not have: neither by a role nor by a binding. Blocks as the authoriser does; any thread. */
final class Grants {
    private static final int MOST_NAMED = 10;

    private final Authoriser authoriser;

    Grants(Authoriser authoriser) {
        this.authoriser = authoriser;
    }

    /**
     * Checks what is about to be stored.
     *
     * @param current null for what is new
     * @throws ApiError {@code Forbidden} if it would give more than the caller has
     */
    void require(Asked asked, @Nullable Resource current, Resource wanted) {
        if (asked.caller().isAdministrator()) {
            return;
        }
        if (wanted instanceof Role role) {
            boolean same = current instanceof Role before && before.rules().equals(role.rules());
            if (!same
                    && !may(
                            asked,
                            "escalate",
                            asked.kind(),
                            asked.namespace(),
                            role.metadata().name())) {
                require(asked, role.metadata().name(), role.rules());
            }
        } else if (wanted instanceof RoleBinding binding && binding.roleRef() != null) {
            boolean same = current instanceof RoleBinding before
                    && before.subjects().equals(binding.subjects())
                    && Objects.equals(before.roleRef(), binding.roleRef());
            if (!same) {
                requireBindable(asked, binding, binding.roleRef());
            }
        }
    }

    private void requireBindable(Asked asked, RoleBinding binding, RoleRef ref) {
        boolean cluster = Kind.CLUSTER_ROLE.name().equals(ref.kind());
        if (may(asked, "bind", cluster ? Kind.CLUSTER_ROLE : Kind.ROLE, asked.namespace(), ref.name())) {
            return;
        }
        // What is not there yet may come to be anything.
        Role role = authoriser
                .roles(asked.tenant())
                .role(ref, asked.namespace())
                .orElseThrow(() -> ApiError.notFound(ref.kind() + " \"" + ref.name()
                        + "\" not found: a binding to a role that is not there needs the" + " right to bind it"));
        require(asked, binding.metadata().name(), role.rules());
    }

    private boolean may(Asked asked, String verb, Kind kind, @Nullable String namespace, @Nullable String name) {
        return authoriser.allows(
                asked.caller(), new Attempt(verb, asked.tenant(), false, kind.group(), kind.plural(), namespace, name));
    }

    private void require(Asked asked, @Nullable String name, List<PolicyRule> wanted) {
        Caller caller = asked.caller();
        List<PolicyRule> had = authoriser.rules(caller, asked.tenant(), asked.namespace());
        List<PolicyRule> missing = Rules.missing(had, wanted, MOST_NAMED);
        if (!missing.isEmpty()) {
            throw ApiError.forbidden(asked.kind().plural() + "." + asked.kind().group() + " \"" + name
                    + "\" is forbidden: user \"" + caller.user() + "\" (groups=" + caller.groups()
                    + ") is attempting to grant RBAC permissions not currently held: "
                    + missing.stream().map(Grants::text).collect(Collectors.joining(", ")));
        }
    }

    private static String text(PolicyRule rule) {
        return rule.nonResourceURLs().isEmpty()
                ? "{APIGroups:" + rule.apiGroups() + ", Resources:" + rule.resources()
                        + (rule.resourceNames().isEmpty() ? "" : ", ResourceNames:" + rule.resourceNames())
                        + ", Verbs:" + rule.verbs() + "}"
                : "{NonResourceURLs:" + rule.nonResourceURLs() + ", Verbs:" + rule.verbs() + "}";
    }
}
