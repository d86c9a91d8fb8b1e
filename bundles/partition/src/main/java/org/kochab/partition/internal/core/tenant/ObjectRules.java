package org.kochab.partition.internal.core.tenant;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/** Every kind's rules, and what all kinds have in common. Immutable. */
public final class ObjectRules {
    private final Map<String, KindRules<?>> byName = new TreeMap<>();
    private final List<Kind> kinds;

    public ObjectRules() {
        for (KindRules<?> rules : List.of(
                new TenantRules(),
                new NodeRules(),
                new NamespaceRules(),
                new PodRules(),
                new ReplicaSetRules(),
                new DeploymentRules(),
                new StatefulSetRules(),
                new DaemonSetRules(),
                new JobRules(),
                new CronJobRules(),
                new ConfigMapRules(),
                new SecretRules(),
                new ServiceAccountRules(),
                new ServiceRules(),
                new EndpointsRules(),
                new FunctionRules(),
                new ActionRules(),
                new ResourceQuotaRules(),
                new LimitRangeRules(),
                new PodDisruptionBudgetRules(),
                new StorageClassRules(),
                new PersistentVolumeRules(),
                new PersistentVolumeClaimRules(),
                new PriorityClassRules(),
                new EventRules(),
                new RoleRules(Kind.ROLE),
                new RoleBindingRules(Kind.ROLE_BINDING),
                new RoleRules(Kind.CLUSTER_ROLE),
                new RoleBindingRules(Kind.CLUSTER_ROLE_BINDING),
                new DefinitionRules())) {
            byName.put(rules.kind().name(), rules);
        }
        kinds = Kind.BUILT_IN;
    }

    public List<Kind> kinds() {
        return kinds;
    }

    /** Kinds that live in a namespace. */
    public List<Kind> namespaced() {
        return kinds.stream().filter(k -> k.scope() == Kind.Scope.NAMESPACE).toList();
    }

    KindRules<?> of(Kind kind) {
        if (kind.isCustom()) {
            return new CustomRules(kind);
        }
        KindRules<?> rules = byName.get(kind.name());
        if (rules == null) {
            throw new ResourceException(Reason.INVALID, "kind: there is no kind " + Problems.quoted(kind.name()));
        }
        return rules;
    }

    /** The built-in kind an object says it is of. */
    public Kind kind(Resource object) {
        KindRules<?> rules = object.kind() == null ? null : byName.get(object.kind());
        if (rules == null || !rules.kind().type().isInstance(object)) {
            throw new ResourceException(
                    Reason.INVALID, "kind: there is no kind " + Problems.quoted(String.valueOf(object.kind())));
        }
        Kind kind = rules.kind();
        if (!kind.apiVersion().equals(object.apiVersion())) {
            throw new ResourceException(
                    Reason.INVALID,
                    "apiVersion: " + Problems.quoted(String.valueOf(object.apiVersion())) + " does not have kind "
                            + kind.name() + "; write " + kind.apiVersion());
        }
        return kind;
    }

    /** Objects that are to be stored together: what equal pods share is checked once. For one thread. */
    public Drafts drafts(TenantId tenant) {
        return new Drafts(tenant);
    }

    /** See {@link ObjectRules#drafts}. */
    public final class Drafts {
        private final TenantId tenant;
        /** Specs already completed and found right, by identity: pods of a replica set share theirs. */
        private final IdentityHashMap<PodSpec, PodSpec> right = new IdentityHashMap<>();

        private Drafts(TenantId tenant) {
            this.tenant = tenant;
        }

        /**
         * Puts the object in its place, completes and checks it.
         *
         * @throws ResourceException {@code INVALID}; the message names every wrong field
         */
        public Resource draft(Resource manifest) {
            return draft(kind(manifest), manifest);
        }

        /** As {@link #draft(Resource)}, of a kind that may not be built in. */
        public Resource draft(Kind kind, Resource manifest) {
            return complete(of(kind), manifest);
        }

        private <R extends Resource> R complete(KindRules<R> rules, Resource manifest) {
            R wanted = rules.cast(manifest);
            Problems problems = new Problems();
            ObjectMeta meta = place(rules.kind(), manifest.metadata(), problems);
            wanted = rules.with(wanted, meta);
            MetaRules.check(meta, rules.kind() == Kind.NAMESPACE || rules.kind() == Kind.TENANT, problems);
            if (wanted instanceof Pod pod && pod.spec() != null) {
                PodSpec known = right.get(pod.spec());
                if (known != null) {
                    refuse(rules, wanted, problems);
                    return rules.cast(pod.withSpec(known));
                }
            }
            R full;
            try {
                full = rules.complete(wanted);
            } catch (NullPointerException e) {
                // A list with an empty place in it: the checks below cannot name a field that is not there.
                throw new ResourceException(Reason.INVALID, "spec: a list has an empty element; remove it");
            }
            rules.check(full, problems);
            refuse(rules, full, problems);
            if (wanted instanceof Pod before && full instanceof Pod after && before.spec() != null) {
                right.put(before.spec(), after.spec());
                right.put(after.spec(), after.spec());
            }
            return full;
        }

        private ObjectMeta place(Kind kind, @Nullable ObjectMeta given, Problems problems) {
            ObjectMeta meta = given == null ? ObjectMeta.named("") : given;
            if (meta.tenant() != null && !meta.tenant().equals(tenant.value())) {
                problems.add(
                        "metadata.tenant", Problems.quoted(meta.tenant()) + " is not " + tenant + "; leave it out");
            }
            if (kind.scope() != Kind.Scope.NAMESPACE) {
                problems.require(
                        meta.namespace() == null || meta.namespace().isEmpty(),
                        "metadata.namespace",
                        "a " + kind.name() + " does not live in a namespace; leave it out");
                return meta.withPlace(kind.scope() == Kind.Scope.TENANT ? tenant.value() : null, null);
            }
            String namespace = meta.namespace() == null || meta.namespace().isEmpty() ? "default" : meta.namespace();
            Names.label(namespace, "metadata.namespace", problems);
            return meta.withPlace(tenant.value(), namespace);
        }
    }

    /** @throws ResourceException if there are problems */
    static void refuse(KindRules<?> rules, Resource object, Problems problems) {
        if (!problems.none()) {
            String name = object.metadata().name() == null
                    ? object.metadata().generateName()
                    : object.metadata().name();
            throw new ResourceException(
                    Reason.INVALID,
                    rules.kind().name() + " " + Problems.quoted(String.valueOf(name)) + " is not valid: "
                            + problems.summary());
        }
    }
}
