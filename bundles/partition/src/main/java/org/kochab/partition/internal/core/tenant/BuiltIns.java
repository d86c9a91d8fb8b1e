package org.kochab.partition.internal.core.tenant;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Role;
import org.kochab.api.model.RoleBinding;
import org.kochab.api.model.RoleBinding.RoleRef;
import org.kochab.api.model.RoleBinding.Subject;
import org.kochab.api.model.TenantId;

/**
 * The cluster roles that every tenant has, the binding of its administrators, and the priority classes. They are stored nowhere: ten thousand tenants have them for nothing, and those
 * of old have what is added. What they allow follows from the kinds that are built in.
 */
public final class BuiltIns {
    private static final String ADMIN_OF_ALL = "cluster-admin";
    private static final List<String> ALL = List.of("*");
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "delete", "deletecollection", "patch", "update");
    private static final List<String> ROLES = names(List.of(Kind.ROLE, Kind.ROLE_BINDING));

    /** What an editor only reads: it says what the editor may do, or is the platform's to write. */
    private static final List<String> READ_ONLY = names(List.of(Kind.RESOURCE_QUOTA, Kind.LIMIT_RANGE, Kind.EVENT));

    /** What is read by those who may edit it only. */
    private static final List<String> CONFIDENTIAL = List.of("secrets");

    private static final List<Resource> OBJECTS = List.of(
            role(
                    ADMIN_OF_ALL,
                    List.of(PolicyRule.of(ALL, ALL, ALL), new PolicyRule(ALL, List.of(), List.of(), List.of(), ALL))),
            role(
                    "admin",
                    join(List.of(view(), edit(), List.of(PolicyRule.of(all(), List.of(Kind.ROLE.group()), ROLES))))),
            role("edit", join(List.of(view(), edit()))),
            role("view", view()),
            new RoleBinding(
                    Kind.CLUSTER_ROLE_BINDING.apiVersion(),
                    Kind.CLUSTER_ROLE_BINDING.name(),
                    meta(ADMIN_OF_ALL),
                    List.of(new Subject(Subject.GROUP, Kind.ROLE.group(), UserIdentities.ADMINISTRATORS, null)),
                    new RoleRef(Kind.ROLE.group(), Kind.CLUSTER_ROLE.name(), ADMIN_OF_ALL)));

    private BuiltIns() {}

    private static List<String> names(List<Kind> kinds) {
        return kinds.stream().map(Kind::plural).toList();
    }

    private static List<String> all() {
        return Stream.concat(READ.stream(), WRITE.stream()).toList();
    }

    private static List<PolicyRule> join(List<List<PolicyRule>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private static List<PolicyRule> view() {
        return Stream.concat(
                        Stream.of(PolicyRule.of(READ, List.of(""), List.of("namespaces"))),
                        rules(READ, List.of("*/status", "*/scale", "pods/log"), name -> !CONFIDENTIAL.contains(name)))
                .toList();
    }

    private static List<PolicyRule> edit() {
        return Stream.concat(
                        Stream.of(PolicyRule.of(READ, List.of(""), CONFIDENTIAL)),
                        rules(
                                WRITE,
                                List.of(
                                        "*/scale",
                                        "pods/attach",
                                        "pods/eviction",
                                        "pods/exec",
                                        "pods/portforward",
                                        "serviceaccounts/token"),
                                name -> !READ_ONLY.contains(name)))
                .toList();
    }

    /** A rule for each group of the kinds that live in namespaces. */
    private static Stream<PolicyRule> rules(List<String> verbs, List<String> besides, Predicate<String> which) {
        List<Kind> kinds = Kind.BUILT_IN.stream()
                .filter(k -> k.scope() == Kind.Scope.NAMESPACE)
                .filter(k -> !ROLES.contains(k.plural()) && which.test(k.plural()))
                .toList();
        return kinds.stream().map(Kind::group).distinct().map(group -> {
            Stream<String> plurals =
                    kinds.stream().filter(k -> k.group().equals(group)).map(Kind::plural);
            Stream<String> parts = besides.stream().filter(b -> group.isEmpty() || b.startsWith("*/"));
            return PolicyRule.of(
                    verbs, List.of(group), Stream.concat(plurals, parts).toList());
        });
    }

    private static Role role(String name, List<PolicyRule> rules) {
        return new Role(Kind.CLUSTER_ROLE.apiVersion(), Kind.CLUSTER_ROLE.name(), meta(name), rules);
    }

    private static ObjectMeta meta(String name) {
        ObjectMeta named = ObjectMeta.named(name);
        return new ObjectMeta(
                name,
                null,
                null,
                null,
                null,
                "1",
                1L,
                null,
                null,
                null,
                Collections.singletonMap("kubernetes.io/bootstrapping", "rbac-defaults"),
                named.annotations(),
                List.of(),
                List.of());
    }

    /** Those of a kind, by name. */
    public static List<Resource> of(TenantId tenant, Kind kind) {
        return ofKind(kind).map(r -> placed(r, tenant)).toList();
    }

    private static Stream<? extends Resource> ofKind(Kind kind) {
        if (kind == Kind.PRIORITY_CLASS) {
            return PriorityClassRules.OF_ALL.stream();
        }
        return kind == Kind.CLUSTER_ROLE || kind == Kind.CLUSTER_ROLE_BINDING
                ? OBJECTS.stream().filter(r -> r.kind().equals(kind.name()))
                : Stream.empty();
    }

    public static Optional<Resource> find(TenantId tenant, Kind kind, String name) {
        return ofKind(kind)
                .filter(r -> name.equals(r.metadata().name()))
                .findFirst()
                .map(r -> placed(r, tenant));
    }

    private static Resource placed(Resource object, TenantId tenant) {
        String id = tenant + "/" + object.kind() + "/" + object.metadata().name();
        String uid = UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
        ObjectMeta m = object.metadata();
        return object.withMetadata(new ObjectMeta(
                m.name(),
                null,
                tenant.value(),
                null,
                uid,
                m.resourceVersion(),
                m.generation(),
                null,
                null,
                null,
                m.labels(),
                m.annotations(),
                List.of(),
                List.of()));
    }

    static void requireOther(Kind kind, Resource object, Problems problems) {
        problems.require(
                find(TenantId.SYSTEM, kind, String.valueOf(object.metadata().name()))
                        .isEmpty(),
                "metadata.name",
                refusal(kind, String.valueOf(object.metadata().name())));
    }

    /** Why an object cannot be changed or deleted. */
    public static String refusal(Kind kind, String name) {
        return Problems.quoted(name) + " is a " + kind.name()
                + " that every tenant has and nobody can change; use another name";
    }
}
