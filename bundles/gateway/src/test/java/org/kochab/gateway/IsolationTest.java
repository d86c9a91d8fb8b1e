package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Kind;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** Every verb on every built-in kind, its lists, watches and parts, in another tenant and without rights: the answer is the same whether there is something or not. */
class IsolationTest {
    /** One tenant asks for all of it, as fast as it is answered. */
    private static final Limits LIMITS = new Limits(64, 200_000, 8_192, 60, 60, 8, 64, 1_000_000);

    private static final List<String> PARTS = List.of("status", "scale", "log", "token", "eviction", "exec");
    private static final String SEEN = "seen";
    private static final String UNSEEN = "gone";
    private static final String VICTIM = "victim";
    private static final String NOBODY = "nobody";

    /** Objects that are there, by kind; of some kinds there are none to be had. */
    private static final String OBJECTS =
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: seen}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: seen}, spec: {containers: [{name: m, image: registry.local/w:1}]}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: seen}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: m, image: registry.local/w:1}]}}}}
            ---
            {apiVersion: batch/v1, kind: CronJob, metadata: {name: seen}, spec: {schedule: '@yearly', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: registry.local/w:1}]}}}}}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: seen}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: seen}, spec: {ports: [{port: 80}]}}
            ---
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: seen}, spec: {hard: {pods: '9'}}}
            ---
            {apiVersion: v1, kind: LimitRange, metadata: {name: seen}, spec: {limits: [{type: Container, max: {cpu: '1'}}]}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: seen}, rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: seen}, subjects: [{kind: User, name: x}], roleRef: {kind: Role, name: seen}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: seen}, rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: seen}, subjects: [{kind: User, name: x}], roleRef: {kind: ClusterRole, name: seen}}
            """;

    private record Case(String method, String path, String body) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** All that can be asked of a kind, of an object of one name. */
    private static List<Case> cases(Kind kind, String name) {
        boolean namespaced = kind.scope() == Kind.Scope.NAMESPACE;
        String root = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
        String list = root + (namespaced ? "/namespaces/default/" : "/") + kind.plural();
        String object = "{\"apiVersion\":\"" + kind.apiVersion() + "\",\"kind\":\"" + kind.name()
                + "\",\"metadata\":{\"name\":\"" + name + "\"}}";
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("GET", list, ""));
        cases.add(new Case("GET", list + "?watch=1", ""));
        cases.add(new Case("GET", list + "?fieldSelector=metadata.name%3D" + name, ""));
        cases.add(new Case("GET", list + "?watch=1&fieldSelector=metadata.name%3D" + name, ""));
        cases.add(new Case("POST", list, object));
        cases.add(new Case("POST", list + "?dryRun=All", object));
        cases.add(new Case("DELETE", list, ""));
        if (namespaced) {
            cases.add(new Case("GET", root + "/" + kind.plural(), ""));
            cases.add(new Case("GET", root + "/" + kind.plural() + "?watch=1", ""));
        }
        one(list + "/" + name, object, cases);
        cases.add(new Case("GET", list + "/" + name + "?watch=1", ""));
        for (String part : PARTS) {
            one(list + "/" + name + "/" + part, object, cases);
        }
        return cases;
    }

    private static void one(String path, String object, List<Case> cases) {
        cases.add(new Case("GET", path, ""));
        cases.add(new Case("POST", path, object));
        cases.add(new Case("PUT", path, object));
        cases.add(new Case("PATCH", path, "{}"));
        cases.add(new Case("DELETE", path, ""));
    }

    private static Answer denied(User user, Case wanted, String prefix) throws Exception {
        Answer answer = user.send(
                wanted.method(),
                prefix + wanted.path(),
                wanted.body().isEmpty() ? "" : "application/merge-patch+json",
                wanted.body());
        assertThat(answer.code()).as("%s %s: %s", prefix, wanted, answer.body()).isEqualTo(403);
        return answer;
    }

    @Test
    @Timeout(180)
    void whatIsAnothersIsDeniedInTheSameWordsWhetherItIsThereOrNot() throws Exception {
        try (TestServer server = new TestServer(LIMITS, 10)) {
            server.tenant(VICTIM);
            server.tenant("other");
            server.apply(VICTIM, OBJECTS);
            User administrator = server.user("other");
            User member = server.limited("other", "mia", "dev");
            User account = server.showing(server.token("other", "default", "default"));
            User without = server.limited(VICTIM, NOBODY, "dev");
            Set<String> elsewhere = new TreeSet<>();
            int count = 0;
            for (Kind kind : Kind.BUILT_IN) {
                List<Case> there = cases(kind, SEEN);
                List<Case> missing = cases(kind, UNSEEN);
                for (int i = 0; i < there.size(); i++) {
                    for (User user : List.of(administrator, member, account)) {
                        Answer seen = denied(user, there.get(i), "/tenants/" + VICTIM);
                        Answer unseen = denied(user, missing.get(i), "/tenants/" + VICTIM);
                        assertThat(unseen.body()).as("%s", there.get(i)).isEqualTo(seen.body());
                        elsewhere.add(seen.message());
                        count += 2;
                    }
                    Answer nowhere = denied(administrator, there.get(i), "/tenants/no-such");
                    assertThat(nowhere.message())
                            .isEqualTo("User \"ann\" of tenant \"other\" may not use tenant \"no-such\"");
                    Answer seen = denied(without, there.get(i), "");
                    Answer unseen = denied(without, missing.get(i), "");
                    assertThat(unseen.body().toString().replace(UNSEEN, SEEN))
                            .as("%s", there.get(i))
                            .isEqualTo(seen.body().toString());
                    assertThat(seen.message()).contains("User \"nobody\" cannot ");
                    count += 3;
                }
            }
            assertThat(elsewhere)
                    .containsExactlyInAnyOrder(
                            "User \"ann\" of tenant \"other\" may not use tenant \"victim\"",
                            "User \"mia\" of tenant \"other\" may not use tenant \"victim\"",
                            "User \"system:serviceaccount:default:default\" of tenant \"other\" may not use tenant \"victim\"");
            assertThat(count).isGreaterThan(2_000);
        }
    }
}
