package org.kochab.gateway.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Role;
import org.kochab.api.model.RoleBinding;
import org.kochab.api.model.RoleBinding.RoleRef;
import org.kochab.api.model.RoleBinding.Subject;
import org.kochab.api.model.TenantId;

class RulesTest {
    private static final TenantId ACME = new TenantId("acme");

    private static List<String> words(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(" "))
                        .map(w -> w.equals("core") ? "" : w)
                        .toList();
    }

    private static Attempt attempt(String verb, String resource, @Nullable String namespace, @Nullable String name) {
        String[] parts = resource.split("\\.", 2);
        return new Attempt(verb, ACME, false, parts.length == 1 ? "" : parts[1], parts[0], namespace, name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "get list | core | pods           | -   | get    | pods             | -   | true",
                "get list | core | pods           | -   | list   | pods             | -   | true",
                "get list | core | pods           | -   | watch  | pods             | -   | false",
                "get list | core | pods           | -   | delete | pods             | x   | false",
                "get      | core | pods           | -   | get    | services         | x   | false",
                "get      | core | pods           | -   | get    | pods.apps        | x   | false",
                "get      | apps | deployments    | -   | get    | deployments.apps | x   | true",
                "get      | core | pods services  | -   | get    | services         | x   | true",
                "*        | core | pods           | -   | delete | pods             | x   | true",
                "get      | *    | pods           | -   | get    | pods.any.org     | x   | true",
                "get      | core | *              | -   | get    | secrets          | x   | true",
                "get      | core | *              | -   | get    | pods/log         | x   | true",
                "get      | core | pods           | -   | get    | pods/log         | x   | false",
                "get      | core | pods/log       | -   | get    | pods/log         | x   | true",
                "get      | core | pods/log       | -   | get    | pods             | x   | false",
                "get      | apps | */scale        | -   | get    | deployments/scale.apps | x | true",
                "get      | apps | */scale        | -   | get    | deployments.apps | x   | false",
                "get      | apps | */scale        | -   | get    | deployments/status.apps | x | false",
                "get      | core | pods           | a b | get    | pods             | a   | true",
                "get      | core | pods           | a b | get    | pods             | c   | false",
                "list     | core | pods           | a   | list   | pods             | -   | false",
                "list     | core | pods           | a   | list   | pods             | a   | true",
                "create   | core | pods           | a   | create | pods             | -   | false",
                "get      | core | pods           | -   | *      | pods             | -   | false",
                "*        | *    | *              | -   | *      | *.*              | -   | true",
            })
    void rulesAllow(
            String verbs,
            String groups,
            String resources,
            @Nullable String names,
            String verb,
            String resource,
            @Nullable String name,
            boolean allowed) {
        PolicyRule rule = new PolicyRule(words(verbs), words(groups), words(resources), words(names), List.of());
        assertThat(Rules.allow(List.of(rule), attempt(verb, resource, "default", name)))
                .isEqualTo(allowed);
    }

    @Test
    void rulesAddUp() {
        List<PolicyRule> rules = List.of(
                PolicyRule.of(List.of("get"), List.of(""), List.of("pods")),
                PolicyRule.of(List.of("delete"), List.of(""), List.of("pods")));
        assertThat(Rules.allow(rules, attempt("get", "pods", null, "x"))).isTrue();
        assertThat(Rules.allow(rules, attempt("delete", "pods", null, "x"))).isTrue();
        assertThat(Rules.allow(rules, attempt("patch", "pods", null, "x"))).isFalse();
        assertThat(Rules.allow(List.of(), attempt("get", "pods", null, "x"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/version, get, /version, true",
        "/version, get, /version/x, false",
        "/apis/*, get, /apis/apps, true",
        "/apis/*, get, /api, false",
        "*, get, /anything, true",
        "/version, post, /version, false"
    })
    void pathsAreNoResources(String rule, String verb, String path, boolean allowed) {
        PolicyRule paths = new PolicyRule(List.of("get"), List.of(), List.of(), List.of(), List.of(rule));
        assertThat(Rules.allowPath(List.of(paths), verb, path)).isEqualTo(allowed);
        assertThat(Rules.allow(List.of(paths), attempt("get", "pods", null, null)))
                .isFalse();
        PolicyRule pods = PolicyRule.of(List.of("*"), List.of("*"), List.of("*"));
        assertThat(Rules.allowPath(List.of(pods), verb, path)).isFalse();
    }

    // ---- who

    private static ObjectMeta meta(@Nullable String namespace, String name) {
        return ObjectMeta.named(name).withPlace("acme", namespace);
    }

    private static Role role(@Nullable String namespace, String name, PolicyRule... rules) {
        Kind kind = namespace == null ? Kind.CLUSTER_ROLE : Kind.ROLE;
        return new Role(kind.apiVersion(), kind.name(), meta(namespace, name), List.of(rules));
    }

    private static RoleBinding binding(@Nullable String namespace, String role, Subject subject) {
        Kind kind = namespace == null ? Kind.CLUSTER_ROLE_BINDING : Kind.ROLE_BINDING;
        String[] ref = role.split("/");
        return new RoleBinding(
                kind.apiVersion(),
                kind.name(),
                meta(namespace, "b"),
                List.of(subject),
                new RoleRef(Kind.ROLE.group(), ref[0], ref[1]));
    }

    private static Caller caller(String user, String... groups) {
        return new Caller(ACME, user, List.of(groups));
    }

    private static final PolicyRule READS = PolicyRule.of(List.of("get"), List.of(""), List.of("pods"));

    private static List<String> where(TenantRoles roles, Caller caller) {
        List<String> allowed = new ArrayList<>();
        for (String namespace : Arrays.asList("a", "b", null)) {
            if (roles.allow(caller, attempt("get", "pods", namespace, "x"))) {
                allowed.add(String.valueOf(namespace));
            }
        }
        return allowed;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a  | Role/r        | a",
                "a  | ClusterRole/r | a",
                "'' | ClusterRole/r | a b null",
                "b  | Role/r        | ''",
                "a  | Role/other    | ''",
            })
    void bindingsHoldWhereTheyAre(String namespace, String role, String where) {
        Subject ann = new Subject("User", Kind.ROLE.group(), "ann", null);
        List<Resource> objects = List.of(
                role("a", "r", READS),
                role(null, "r", READS),
                binding(namespace.isEmpty() ? null : namespace, role, ann));
        TenantRoles roles = new TenantRoles(objects);
        assertThat(String.join(" ", where(roles, caller("ann")))).isEqualTo(where);
        assertThat(where(roles, caller("bob", "ann"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "User           | ann                    | ''  | ann                       | ''       | true",
                "User           | ann                    | ''  | bob                       | ann      | false",
                "Group          | dev                    | ''  | ann                       | dev ops  | true",
                "Group          | dev                    | ''  | dev                       | ops      | false",
                "Group          | system:authenticated   | ''  | ann                       | ''       | true",
                "ServiceAccount | ci                     | a   | system:serviceaccount:a:ci | ''      | true",
                "ServiceAccount | ci                     | a   | system:serviceaccount:b:ci | ''      | false",
                "ServiceAccount | ci                     | a   | ci                        | ''       | false",
                "Group          | system:serviceaccounts:a | '' | system:serviceaccount:a:ci | system:serviceaccounts:a | true",
                "Group          | system:serviceaccounts | ''  | system:serviceaccount:a:ci | system:serviceaccounts | true",
                "Group          | system:serviceaccounts:b | '' | system:serviceaccount:a:ci | system:serviceaccounts:a | false",
            })
    void subjectsAreUsersGroupsAndServiceAccounts(
            String kind, String name, String namespace, String user, String groups, boolean allowed) {
        Subject subject = new Subject(kind, null, name, namespace.isEmpty() ? null : namespace);
        TenantRoles roles = new TenantRoles(List.of(binding("a", "ClusterRole/r", subject), role(null, "r", READS)));
        Caller caller = caller(user, groups.isEmpty() ? new String[0] : groups.split(" "));
        assertThat(roles.allow(caller, attempt("get", "pods", "a", "x"))).isEqualTo(allowed);
    }

    @Test
    void everybodyMayAskWhatTheyMay() {
        assertThat(TenantRoles.NONE.allow(
                        caller("ann"),
                        new Attempt(
                                "create", ACME, false, "authorization.k8s.io", "selfsubjectaccessreviews", null, null)))
                .isTrue();
        assertThat(Rules.allowPath(TenantRoles.NONE.rules(caller("ann"), null), "get", "/apis/apps/v1"))
                .isTrue();
        assertThat(where(TenantRoles.NONE, caller("ann"))).isEmpty();
    }

    // ---- what is given on

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "get list | core      | pods      | -   | get         | core | pods     | -   | ''",
                "get list | core      | pods      | -   | get delete  | core | pods     | -   | delete:pods",
                "*        | *         | *         | -   | get delete  | apps | a b/c    | x   | ''",
                "get      | core      | pods      | a b | get         | core | pods     | a   | ''",
                "get      | core      | pods      | a b | get         | core | pods     | -   | get:pods",
                "get      | core      | pods      | a b | get         | core | pods     | a c | get:pods",
                "get      | core      | pods      | -   | get         | core | *        | -   | get:*",
                "get      | core      | pods      | -   | *           | core | pods     | -   | *:pods",
                "get      | core      | pods      | -   | get         | *    | pods     | -   | get:pods",
                "get      | core      | */scale   | -   | get         | core | pods/scale | - | ''",
                "get      | core      | pods      | -   | get         | core | pods/log | -   | get:pods/log",
            })
    void onlyWhatIsHadIsGivenOn(
            String verbs,
            String groups,
            String resources,
            @Nullable String names,
            String verbsWanted,
            String groupsWanted,
            String resourcesWanted,
            @Nullable String namesWanted,
            String missing) {
        List<PolicyRule> had =
                List.of(new PolicyRule(words(verbs), words(groups), words(resources), words(names), List.of()));
        List<PolicyRule> wanted = List.of(new PolicyRule(
                words(verbsWanted), words(groupsWanted), words(resourcesWanted), words(namesWanted), List.of()));
        assertThat(Rules.missing(had, wanted, 10).stream()
                        .map(r -> r.verbs().get(0) + ":" + r.resources().get(0))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(missing);
    }

    @Test
    void severalRulesTogetherCoverOne() {
        List<PolicyRule> had = List.of(
                PolicyRule.of(List.of("get"), List.of(""), List.of("pods")),
                PolicyRule.of(List.of("list"), List.of(""), List.of("pods", "services")));
        assertThat(Rules.missing(had, List.of(PolicyRule.of(List.of("get", "list"), List.of(""), List.of("pods"))), 9))
                .isEmpty();
        PolicyRule paths = new PolicyRule(List.of("get"), List.of(), List.of(), List.of(), List.of("/version", "/x"));
        assertThat(Rules.missing(Rules.OF_EVERYBODY, List.of(paths), 9))
                .containsExactly(new PolicyRule(List.of("get"), List.of(), List.of(), List.of(), List.of("/x")));
    }

    @Test
    void whatIsTooLargeToCompareIsRefused() {
        List<String> many = IntStream.range(0, 200).mapToObj(i -> "w" + i).toList();
        List<PolicyRule> wanted = List.of(new PolicyRule(many, List.of(""), many, List.of(), List.of()));
        assertThatThrownBy(() -> Rules.missing(List.of(), wanted, 1)).hasMessageContaining("40000 single rights");
    }
}
