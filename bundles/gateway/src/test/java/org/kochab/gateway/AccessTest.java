package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** Roles and bindings, through the API. One server for all tests; each has users and namespaces of its own. */
class AccessTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/";
    private static final int WATCHES = 10;

    private static TestServer server;
    private static User admin;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(Limits.DEFAULT, WATCHES);
        server.tenant("acme");
        server.tenant("other");
        admin = server.user("acme");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String pods(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    private static String pod(String name) {
        return "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "'},'spec':{'containers':[{'name':'main','image':'registry.local/web:1'}]}}";
    }

    private static String role(String kind, String name, String rules) {
        return "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'" + kind + "','metadata':{'name':'" + name
                + "'},'rules':[" + rules + "]}";
    }

    private static String rule(String verbs, String resources) {
        return "{'apiGroups':[''],'verbs':['" + verbs.replace(" ", "','") + "'],'resources':['"
                + resources.replace(" ", "','") + "']}";
    }

    private static String binding(String kind, String name, String subject, String role) {
        String[] who = subject.split("/");
        String[] ref = role.split("/");
        return "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'" + kind + "','metadata':{'name':'" + name
                + "'},'subjects':[{'kind':'" + who[0] + "','name':'" + who[1] + "'}],'roleRef':{'kind':'" + ref[0]
                + "','name':'" + ref[1] + "'}}";
    }

    private static void namespace(String name) throws Exception {
        done(
                admin.post(
                        "/api/v1/namespaces",
                        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}"),
                201);
    }

    /** Gives a cluster role in a namespace. */
    private static void bind(String namespace, String name, String subject, String role) throws Exception {
        done(
                admin.post(
                        RBAC + "namespaces/" + namespace + "/rolebindings",
                        binding("RoleBinding", name, subject, role)),
                201);
    }

    private static Answer done(Answer answer, int code) {
        assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code);
        return answer;
    }

    private static String forbidden(Answer answer) {
        return done(answer, 403).message();
    }

    @Test
    void aUserMayDoWhatIsBoundWhereItIsBound() throws Exception {
        namespace("bound");
        done(admin.post(pods("bound"), pod("one")), 201);
        User bob = server.limited("acme", "bob", "readers");
        User same = server.limited("other", "bob", "readers");
        assertThat(forbidden(bob.get(pods("bound"))))
                .isEqualTo(
                        "pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the namespace \"bound\"");

        done(
                admin.post(
                        RBAC + "namespaces/bound/roles",
                        role("Role", "reader", rule("get list watch", "pods namespaces"))),
                201);
        bind("bound", "readers", "Group/readers", "Role/reader");

        assertThat(bob.get(pods("bound") + "/one").code()).isEqualTo(200);
        assertThat(bob.get(pods("bound")).body().path("items")).hasSize(1);
        assertThat(bob.get("/api/v1/namespaces/bound").code()).isEqualTo(200);
        assertThat(forbidden(bob.send("DELETE", pods("bound") + "/one", "", "")))
                .isEqualTo(
                        "pods \"one\" is forbidden: User \"bob\" cannot delete resource \"pods\" in API group \"\" in the namespace \"bound\"");
        forbidden(bob.post(pods("bound"), pod("two")));
        forbidden(bob.get(pods("default")));
        forbidden(bob.get("/api/v1/pods"));
        forbidden(bob.get("/api/v1/namespaces"));
        forbidden(bob.get(pods("bound") + "/one/log"));
        forbidden(bob.get("/apis/apps/v1/namespaces/bound/deployments"));
        forbidden(bob.get("/api/v1/nodes"));
        forbidden(same.get(pods("bound")));
        done(bob.get("/apis"), 200);

        done(admin.send("DELETE", RBAC + "namespaces/bound/rolebindings/readers", "", ""), 200);
        forbidden(bob.get(pods("bound")));
    }

    @Test
    void aClusterRoleHoldsInOneNamespaceOrInAll() throws Exception {
        namespace("wide");
        User carl = server.limited("acme", "carl", "none");
        bind("wide", "carl-views", "User/carl", "ClusterRole/view");
        done(carl.get(pods("wide")), 200);
        done(carl.get("/apis/apps/v1/namespaces/wide/deployments"), 200);
        forbidden(carl.post(pods("wide"), pod("x")));
        forbidden(carl.get(pods("default")));
        forbidden(carl.get(RBAC + "namespaces/wide/rolebindings"));
        done(
                admin.post(
                        RBAC + "clusterrolebindings",
                        binding("ClusterRoleBinding", "carl-edits", "User/carl", "ClusterRole/edit")),
                201);
        done(carl.get("/api/v1/pods"), 200);
        done(carl.post(pods("default"), pod("carls")), 201);
        done(carl.get(pods("default") + "?fieldSelector=metadata.name%3Dcarls"), 200);
        forbidden(carl.post(RBAC + "namespaces/wide/roles", role("Role", "r", rule("get", "pods"))));
    }

    @Test
    void namesOfObjectsBoundRights() throws Exception {
        namespace("named");
        User dora = server.limited("acme", "dora", "none");
        String rule =
                "{'apiGroups':[''],'verbs':['get','watch','list','create'],'resources':['pods'],'resourceNames':['mine']}";
        done(admin.post(RBAC + "namespaces/named/roles", role("Role", "mine", rule)), 201);
        bind("named", "dora", "User/dora", "Role/mine");
        done(admin.post(pods("named"), pod("mine")), 201);
        done(admin.post(pods("named"), pod("others")), 201);
        done(dora.get(pods("named") + "/mine"), 200);
        forbidden(dora.get(pods("named") + "/others"));
        forbidden(dora.get(pods("named")));
        assertThat(done(dora.get(pods("named") + "?fieldSelector=metadata.name%3Dmine"), 200)
                        .body()
                        .path("items"))
                .hasSize(1);
        forbidden(dora.post(pods("named"), pod("mine2")));
    }

    @Test
    void rolesAndBindingsAreChecked() throws Exception {
        String roles = RBAC + "namespaces/default/roles";
        assertThat(done(admin.post(roles, role("Role", "bad", "{'resources':['pods']}")), 422)
                        .message())
                .contains("rules[0].verbs: is required", "rules[0].apiGroups: is required");
        assertThat(done(admin.post(roles, role("Role", "bad", "{'verbs':['get'],'nonResourceURLs':['/version']}")), 422)
                        .message())
                .contains("rules[0].nonResourceURLs: belong to no namespace; use a ClusterRole");
        String bindings = RBAC + "namespaces/default/rolebindings";
        assertThat(done(admin.post(bindings, binding("RoleBinding", "bad", "Robot/x", "Pod/x")), 422)
                        .message())
                .contains("roleRef.kind: 'Pod' is not supported", "subjects[0].kind: 'Robot' is not supported");
        done(admin.post(bindings, binding("RoleBinding", "fixed", "User/x", "ClusterRole/view")), 201);
        assertThat(done(
                                admin.send(
                                        "PATCH",
                                        bindings + "/fixed",
                                        "application/merge-patch+json",
                                        "{'roleRef':{'name':'edit'}}"),
                                422)
                        .message())
                .contains("roleRef: cannot be changed; delete the binding");
        done(
                admin.send(
                        "PATCH",
                        bindings + "/fixed",
                        "application/merge-patch+json",
                        "{'subjects':[{'kind':'Group','name':'y'}]}"),
                200);
    }

    @Test
    void everyTenantHasTheSameRolesWhichNobodyChanges() throws Exception {
        JsonNode roles =
                done(server.user("other").get(RBAC + "clusterroles"), 200).body();
        assertThat(roles.path("items").findValuesAsText("name"))
                .containsExactly("admin", "cluster-admin", "edit", "view");
        assertThat(admin.get(RBAC + "clusterroles?limit=1").body().path("items").findValuesAsText("name"))
                .contains("admin");
        assertThat(admin.get(RBAC + "clusterroles?fieldSelector=metadata.name%3Dview")
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(done(admin.get(RBAC + "clusterrolebindings/cluster-admin"), 200)
                        .body()
                        .at("/subjects/0/name")
                        .asText())
                .isEqualTo("system:masters");
        String view = RBAC + "clusterroles/view";
        assertThat(done(admin.send("DELETE", view, "", ""), 422).message()).contains("every tenant has");
        assertThat(done(admin.send("PATCH", view, "application/merge-patch+json", "{'rules':[]}"), 422)
                        .message())
                .contains("nobody can change");
        done(admin.post(RBAC + "clusterroles", role("ClusterRole", "view", rule("*", "*"))), 422);
        assertThat(done(admin.get(view), 200).body().path("rules")).isNotEmpty();
        done(admin.post(RBAC + "namespaces/default/roles", role("Role", "view", rule("get", "pods"))), 201);
    }

    @Test
    void nobodyGivesRightsThatTheyDoNotHave() throws Exception {
        namespace("grants");
        User eve = server.limited("acme", "eve", "none");
        bind("grants", "eve", "User/eve", "ClusterRole/admin");
        String roles = RBAC + "namespaces/grants/roles";
        String bindings = RBAC + "namespaces/grants/rolebindings";
        done(eve.post(roles, role("Role", "little", rule("get list", "pods"))), 201);
        done(eve.post(bindings, binding("RoleBinding", "little", "User/x", "Role/little")), 201);
        done(eve.post(bindings, binding("RoleBinding", "views", "User/x", "ClusterRole/view")), 201);

        assertThat(forbidden(eve.post(roles, role("Role", "much", rule("get", "nodes")))))
                .isEqualTo(
                        "roles.rbac.authorization.k8s.io \"much\" is forbidden: user \"eve\" (groups=[none]) is attempting to grant RBAC permissions not currently held: {APIGroups:[], Resources:[nodes], Verbs:[get]}");
        assertThat(forbidden(eve.send(
                        "PATCH",
                        roles + "/little",
                        "application/merge-patch+json",
                        "{'rules':[" + rule("*", "*") + "]}")))
                .contains("attempting to grant");
        assertThat(forbidden(
                        eve.post(bindings, binding("RoleBinding", "all", "User/eve", "ClusterRole/cluster-admin"))))
                .contains("attempting to grant");
        assertThat(done(eve.post(bindings, binding("RoleBinding", "later", "User/eve", "Role/later")), 404)
                        .message())
                .contains("not found");
        forbidden(eve.post(
                RBAC + "clusterrolebindings",
                binding("ClusterRoleBinding", "all", "User/eve", "ClusterRole/cluster-admin")));
        done(
                eve.send(
                        "PATCH",
                        roles + "/little",
                        "application/merge-patch+json",
                        "{'metadata':{'labels':{'a':'b'}}}"),
                200);

        String may =
                "{'apiGroups':['rbac.authorization.k8s.io'],'verbs':['bind'],'resources':['clusterroles'],'resourceNames':['cluster-admin']},"
                        + "{'apiGroups':['rbac.authorization.k8s.io'],'verbs':['escalate'],'resources':['roles']}";
        done(admin.post(roles, role("Role", "giver", may)), 201);
        bind("grants", "eve-gives", "User/eve", "Role/giver");
        done(eve.post(bindings, binding("RoleBinding", "all", "User/eve", "ClusterRole/cluster-admin")), 201);
        done(eve.post(roles, role("Role", "much", rule("get", "nodes"))), 201);
        done(eve.get("/apis/kochab.org/v1/namespaces/grants/actions"), 200);
        forbidden(eve.get("/api/v1/nodes"));
    }

    @Test
    void aWatchEndsWithTheRightToIt() throws Exception {
        namespace("watched");
        User finn = server.limited("acme", "finn", "none");
        bind("watched", "finn", "User/finn", "ClusterRole/view");
        done(admin.post(pods("watched"), pod("first")), 201);
        try (Stream<String> lines = finn.lines(pods("watched") + "?watch=1")) {
            Iterator<String> events = lines.iterator();
            assertThat(events.next()).contains("\"ADDED\"", "first");
            // Not through this member's API, which would know at once.
            server.resources()
                    .delete(
                            new ResourceRef(new TenantId("acme"), Kind.ROLE_BINDING, "watched", "finn"),
                            DeleteOptions.DEFAULT);
            long revoked = System.nanoTime();
            JsonNode last = TestServer.json(events.next());
            Duration after = Duration.ofNanos(System.nanoTime() - revoked);
            assertThat(last.path("type").asText()).isEqualTo("ERROR");
            assertThat(last.at("/object/code").asInt()).isEqualTo(403);
            assertThat(events.hasNext()).isFalse();
            assertThat(after).isLessThan(Duration.ofSeconds(20));
        }
        forbidden(finn.get(pods("watched")));
    }

    @Test
    void whatIsGivenElsewhereIsSeenSoon() throws Exception {
        namespace("soon");
        User gus = server.limited("acme", "gus", "none");
        forbidden(gus.get(pods("soon")));
        server.apply(
                "acme",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: gus, namespace: soon}, subjects: [{kind: User, name: gus}], roleRef: {kind: ClusterRole, name: view}}");
        await().atMost(Duration.ofSeconds(20)).until(() -> gus.get(pods("soon")).code() == 200);
    }

    @Test
    void usersAskWhatTheyMay() throws Exception {
        namespace("asked");
        User hal = server.limited("acme", "hal", "none");
        bind("asked", "hal", "User/hal", "ClusterRole/view");
        String access =
                "{'apiVersion':'authorization.k8s.io/v1','kind':'SelfSubjectAccessReview','spec':{'resourceAttributes':{'namespace':'%s','verb':'%s','resource':'%s','subresource':'%s'}}}";
        for (List<String> c : List.of(
                List.of("asked", "get", "pods", "", "true"),
                List.of("asked", "get", "pods", "log", "true"),
                List.of("asked", "delete", "pods", "", "false"),
                List.of("asked", "create", "pods", "exec", "false"),
                List.of("default", "get", "pods", "", "false"),
                List.of("", "get", "pods", "", "false"),
                List.of("", "list", "nodes", "", "false"))) {
            String body = access.formatted(c.get(0), c.get(1), c.get(2), c.get(3));
            assertThat(done(hal.post(REVIEWS + "selfsubjectaccessreviews", body), 201)
                            .body()
                            .at("/status/allowed")
                            .asText())
                    .as("%s", c)
                    .isEqualTo(c.get(4));
        }
        String path = "{'spec':{'nonResourceAttributes':{'verb':'get','path':'%s'}}}";
        assertThat(hal.post(REVIEWS + "selfsubjectaccessreviews", path.formatted("/version"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        assertThat(hal.post(REVIEWS + "selfsubjectaccessreviews", path.formatted("/metrics"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean(true))
                .isFalse();

        String rules = "{'spec':{'namespace':'%s'}}";
        JsonNode said = done(hal.post(REVIEWS + "selfsubjectrulesreviews", rules.formatted("asked")), 201)
                .body()
                .path("status");
        assertThat(said.path("resourceRules").toString()).contains("pods/log").doesNotContain("delete");
        assertThat(said.path("nonResourceRules").toString()).contains("/version");
        assertThat(said.path("incomplete").asBoolean(true)).isFalse();
        assertThat(hal.post(REVIEWS + "selfsubjectrulesreviews", rules.formatted("default"))
                        .body()
                        .at("/status/resourceRules"))
                .hasSize(1);
        assertThat(admin.post(REVIEWS + "selfsubjectrulesreviews", rules.formatted("default"))
                        .body()
                        .at("/status/resourceRules/0/verbs/0")
                        .asText())
                .isEqualTo("*");
    }

    @Test
    void whoWorksForThePlatformHasItsRolesToo() throws Exception {
        User ida = server.limited("system", "ida", "night-watch");
        forbidden(ida.get("/api/v1/nodes"));
        forbidden(ida.get("/tenants/acme" + pods("default")));
        server.apply(
                "system",
                """
                {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: nodes}, rules: [{verbs: [get, list], apiGroups: [''], resources: [nodes]}]}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: nodes}, subjects: [{kind: Group, name: night-watch}], roleRef: {kind: ClusterRole, name: nodes}}
                """);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ida.get("/api/v1/nodes").code() == 200);
        forbidden(ida.get("/apis/kochab.org/v1/tenants"));
        forbidden(ida.get("/tenants/acme/api/v1/nodes"));
    }

    @Test
    void whenRolesCannotBeReadNothingIsAllowed() throws Exception {
        try (TestServer lost = new TestServer(Limits.DEFAULT, WATCHES)) {
            lost.tenant("acme");
            lost.apply(
                    "acme",
                    "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: kim}, subjects: [{kind: User, name: kim}], roleRef: {kind: ClusterRole, name: admin}}");
            User kim = lost.limited("acme", "kim", "none");
            done(kim.get(pods("default")), 200);
            // What was read just now does not count after this.
            done(
                    lost.user("acme").post(RBAC + "namespaces/default/roles", role("Role", "new", rule("get", "pods"))),
                    201);
            lost.lose();
            Answer answer = done(kim.get(pods("default")), 503);
            assertThat(answer.message()).contains("the roles of tenant acme cannot be read now");
        }
    }

    @Test
    void nobodyAsksAsSomebodyElse() throws Exception {
        assertThat(done(admin.as("bob").get(pods("default")), 400).message()).contains("--as");
    }

    @Test
    void changesAndDenialsAreRecorded() throws Exception {
        namespace("audited");
        User jan = server.limited("acme", "jan", "staff");
        server.audit.clear();
        done(admin.post(pods("audited"), pod("kept")), 201);
        done(admin.get(pods("audited") + "/kept"), 200);
        done(admin.post(pods("audited") + "?dryRun=All", pod("dry")), 201);
        done(admin.post(pods("audited"), pod("kept")), 409);
        forbidden(jan.get(pods("audited") + "/kept"));
        forbidden(jan.get("/tenants/other" + pods("default")));
        done(admin.send("DELETE", pods("audited") + "/kept", "", ""), 200);
        assertThat(server.audit).hasSize(5);
        JsonNode made = TestServer.json(server.audit.get(0));
        assertThat(made.path("time").asText()).startsWith("20").endsWith("Z");
        assertThat(made.path("source").asText()).isEqualTo("127.0.0.1");
        assertThat(made.path("user").asText()).isEqualTo("ann");
        assertThat(made.path("tenant").asText()).isEqualTo("acme");
        assertThat(made.path("verb").asText()).isEqualTo("create");
        assertThat(made.path("resource").asText()).isEqualTo("pods");
        assertThat(made.path("namespace").asText()).isEqualTo("audited");
        assertThat(made.path("name").asText()).isEqualTo("kept");
        assertThat(made.path("outcome").asText()).isEqualTo("done");
        assertThat(server.audit.get(0)).doesNotContain("registry.local");
        assertThat(TestServer.json(server.audit.get(1)).path("code").asInt()).isEqualTo(409);
        JsonNode denied = TestServer.json(server.audit.get(2));
        assertThat(denied.path("outcome").asText()).isEqualTo("denied");
        assertThat(denied.path("verb").asText()).isEqualTo("get");
        assertThat(denied.path("groups").get(0).asText()).isEqualTo("staff");
        assertThat(denied.path("message").asText()).contains("cannot get resource");
        assertThat(server.audit.get(3)).contains("\"tenant\":\"other\"", "\"userTenant\":\"acme\"", "\"path\":");
        assertThat(server.audit.get(4)).contains("\"verb\":\"delete\"", "\"outcome\":\"done\"");
    }
}
