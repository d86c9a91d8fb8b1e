package org.kochab.gateway.internal.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Role;
import org.kochab.api.model.RoleBinding;
import org.kochab.api.model.RoleBinding.RoleRef;
import org.kochab.api.model.RoleBinding.Subject;
import org.kochab.api.model.ServiceAccount;

/** A tenant's roles and bindings, by whom they are for. Immutable. */
public final class TenantRoles {
    /** No roles: of a tenant that is not there. */
    public static final TenantRoles NONE = new TenantRoles(List.of());

    /** In which every caller is. */
    private static final String AUTHENTICATED = "system:authenticated";

    /** @param namespace null if it holds in all */
    private record Bound(@Nullable String namespace, RoleRef role) {}

    private final Map<String, Role> roles = new TreeMap<>();
    private final Map<String, List<Bound>> bySubject = new TreeMap<>();

    /** @param objects of the four kinds, in any order */
    public TenantRoles(Collection<? extends Resource> objects) {
        for (Resource object : objects) {
            String namespace = object.metadata().namespace();
            if (object instanceof Role role) {
                roles.put(key(namespace, String.valueOf(role.metadata().name())), role);
            } else if (object instanceof RoleBinding binding && binding.roleRef() != null) {
                Bound bound = new Bound(namespace, binding.roleRef());
                for (Subject s : binding.subjects()) {
                    bySubject.computeIfAbsent(key(s), k -> new ArrayList<>()).add(bound);
                }
            }
        }
    }

    private static String key(@Nullable String namespace, String name) {
        return (namespace == null ? "" : namespace) + "/" + name;
    }

    private static String key(Subject s) {
        return s.kind().equals(Subject.SERVICE_ACCOUNT)
                ? Subject.USER + " " + ServiceAccount.USER + s.namespace() + ":" + s.name()
                : s.kind() + " " + s.name();
    }

    private static List<String> keys(Caller caller) {
        List<String> keys =
                new ArrayList<>(List.of(Subject.USER + " " + caller.user(), Subject.GROUP + " " + AUTHENTICATED));
        caller.groups().forEach(g -> keys.add(Subject.GROUP + " " + g));
        return keys;
    }

    /**
     * What somebody may do, everybody's rights included.
     *
     * @param namespace null for what holds in all
     */
    public List<PolicyRule> rules(Caller caller, @Nullable String namespace) {
        List<PolicyRule> rules = new ArrayList<>(Rules.OF_EVERYBODY);
        for (String key : keys(caller)) {
            for (Bound bound : bySubject.getOrDefault(key, List.of())) {
                if (bound.namespace() == null || bound.namespace().equals(namespace)) {
                    role(bound.role(), bound.namespace()).ifPresent(r -> rules.addAll(r.rules()));
                }
            }
        }
        return rules;
    }

    public boolean allow(Caller caller, Attempt attempt) {
        return Rules.allow(rules(caller, attempt.namespace()), attempt);
    }

    /** @param namespace the binding's; null for one that holds in all */
    public Optional<Role> role(RoleRef ref, @Nullable String namespace) {
        boolean cluster = ref.kind().equals(Kind.CLUSTER_ROLE.name());
        return Optional.ofNullable(roles.get(key(cluster ? null : namespace, ref.name())));
    }
}
