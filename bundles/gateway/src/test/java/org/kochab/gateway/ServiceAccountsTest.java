package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** Service accounts and their tokens, through the API. One server for all tests; each has namespaces of its own. */
class ServiceAccountsTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

    private static TestServer server;
    private static User admin;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(Limits.DEFAULT, 10);
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

    private static Answer done(Answer answer, int code) {
        assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code);
        return answer;
    }

    private static String accounts(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/serviceaccounts";
    }

    private static String pods(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    private static void namespace(String name) throws Exception {
        done(
                admin.post(
                        "/api/v1/namespaces",
                        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}"),
                201);
    }

    private static void account(String namespace, String name) throws Exception {
        done(
                admin.post(
                        accounts(namespace),
                        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'" + name + "'}}"),
                201);
    }

    private static void bind(String namespace, String subject, String role) throws Exception {
        done(
                admin.post(
                        RBAC + "namespaces/" + namespace + "/rolebindings",
                        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'RoleBinding','metadata':{'name':'" + role
                                + "'},'subjects':[" + subject + "],'roleRef':{'kind':'ClusterRole','name':'" + role
                                + "'}}"),
                201);
    }

    private static String subject(String namespace, String name) {
        return "{'kind':'ServiceAccount','namespace':'" + namespace + "','name':'" + name + "'}";
    }

    private static String asked(String spec) {
        return "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','spec':{" + spec + "}}";
    }

    private static Answer request(User user, String namespace, String name, String spec) throws Exception {
        return user.post(accounts(namespace) + "/" + name + "/token", asked(spec));
    }

    private static User robot(String namespace, String name) throws Exception {
        Answer made = done(request(admin, namespace, name, ""), 201);
        return server.showing(made.body().at("/status/token").asText());
    }

    @Test
    void everyNamespaceHasOne() throws Exception {
        namespace("born");
        for (String namespace : new String[] {"default", "kube-system", "born"}) {
            assertThat(done(admin.get(accounts(namespace) + "/default"), 200)
                            .body()
                            .at("/metadata/uid")
                            .asText())
                    .isNotEmpty();
        }
    }

    @Test
    void aTokenIsTheAccountWithTheRightsThatAreBoundToIt() throws Exception {
        namespace("bound");
        account("bound", "robot");
        User robot = robot("bound", "robot");
        assertThat(done(robot.get(pods("bound")), 403).message())
                .isEqualTo(
                        "pods is forbidden: User \"system:serviceaccount:bound:robot\" cannot list resource \"pods\" in API group \"\" in the namespace \"bound\"");
        bind("bound", subject("bound", "robot"), "edit");
        done(robot.get(pods("bound")), 200);
        done(
                robot.post(
                        pods("bound"),
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'serviceAccountName':'robot','containers':[{'name':'m','image':'registry.local/w:1'}]}}"),
                201);
        done(robot.get(pods("default")), 403);
        done(robot.get("/tenants/other" + pods("bound")), 403);
        assertThat(server.audit).anySatisfy(line -> assertThat(line)
                .contains(
                        "\"user\":\"system:serviceaccount:bound:robot\"",
                        "\"userTenant\":\"acme\"",
                        "\"verb\":\"create\"",
                        "\"resource\":\"pods\"",
                        "\"outcome\":\"done\""));
    }

    @Test
    void accountsAreGroups() throws Exception {
        namespace("grouped");
        namespace("beside");
        bind("grouped", "{'kind':'Group','name':'system:serviceaccounts:grouped'}", "view");
        bind("beside", "{'kind':'Group','name':'system:serviceaccounts'}", "view");
        User one = robot("grouped", "default");
        User other = robot("beside", "default");
        done(one.get(pods("grouped")), 200);
        done(one.get(pods("beside")), 200);
        done(other.get(pods("grouped")), 403);
        done(other.get(pods("beside")), 200);
        User elsewhere = server.showing(server.token("other", "default", "default"));
        done(elsewhere.get(pods("grouped")), 403);
    }

    @Test
    void aTokenEndsWithItsAccount() throws Exception {
        namespace("mortal");
        account("mortal", "robot");
        bind("mortal", subject("mortal", "robot"), "view");
        User robot = robot("mortal", "robot");
        try (Stream<String> lines = robot.lines(pods("mortal") + "?watch=1&timeoutSeconds=60")) {
            done(robot.get(pods("mortal")), 200);
            done(admin.send("DELETE", accounts("mortal") + "/robot", "", ""), 200);
            assertThat(done(robot.get(pods("mortal")), 401).message()).contains("has been deleted");
            Iterator<String> left = lines.iterator();
            assertThat(left.next()).contains("\"code\":401", "has been deleted");
            assertThat(left.hasNext()).isFalse();
        }
        account("mortal", "robot");
        done(robot.get(pods("mortal")), 401);
        done(robot("mortal", "robot").get(pods("mortal")), 200);
    }

    @Test
    void aTokenEndsInTime() throws Exception {
        User robot = robot("default", "default");
        done(robot.get("/apis"), 200);
        server.ahead = Duration.ofMinutes(61);
        try {
            assertThat(done(robot.get("/apis"), 401).message()).contains("has ended");
        } finally {
            server.ahead = Duration.ZERO;
        }
    }

    @Test
    void onlyTokensOfThePlatformForItsApiAreTaken() throws Exception {
        String good = server.token("acme", "default", "default");
        done(server.showing(good).get("/apis"), 200);
        String elses = server.token("acme", "default", "default", "vault");
        for (String bad : new String[] {
            elses, good.substring(0, good.length() - 8) + "AAAAAAAA", "x", "a.b.c", good + "." + good, "Bearer " + good
        }) {
            Answer refused = done(server.showing(bad).get("/apis"), 401);
            assertThat(refused.reason()).isEqualTo("Unauthorized");
        }
        done(server.showing("").get("/apis"), 401);
        assertThat(done(admin.with(good).get("/apis"), 400).message()).contains("leave out one of them");
        assertThat(server.audit).noneMatch(line -> line.contains(good));
    }

    @Test
    void tokensAreAskedForAsInKubernetes() throws Exception {
        namespace("asking");
        account("asking", "robot");
        Answer made =
                done(request(admin, "asking", "robot", "'audiences':['vault','kochab'],'expirationSeconds':1200"), 201);
        assertThat(made.body().path("kind").asText()).isEqualTo("TokenRequest");
        assertThat(made.body().at("/spec/expirationSeconds").asInt()).isEqualTo(1200);
        assertThat(made.body().at("/spec/audiences")).hasSize(2);
        assertThat(Instant.parse(made.body().at("/status/expirationTimestamp").asText()))
                .isBetween(Instant.now().plusSeconds(1100), Instant.now().plusSeconds(1300));
        String token = made.body().at("/status/token").asText();
        done(server.showing(token).get("/apis"), 200);
        assertThat(server.audit)
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "\"verb\":\"create\"",
                                "\"resource\":\"serviceaccounts/token\"",
                                "\"namespace\":\"asking\"",
                                "\"name\":\"robot\""))
                .noneMatch(line -> line.contains(token));

        assertThat(done(request(admin, "asking", "robot", "'expirationSeconds':5"), 422)
                        .message())
                .contains("ten minutes to 366 days");
        done(request(admin, "asking", "robot", "'expirationSeconds':'x'"), 400);
        done(request(admin, "asking", "robot", "'audiences':['a b']"), 422);
        done(request(admin, "asking", "robot", "'boundObjectRef':{'kind':'Pod','name':'p'}"), 400);
        done(request(admin, "asking", "nobody", ""), 404);
        done(admin.get(accounts("asking") + "/robot/token"), 404);
        done(admin.post(accounts("asking") + "/robot/token?dryRun=All", asked("")), 400);
        done(admin.post(pods("asking") + "/robot/token", asked("")), 404);
    }

    @Test
    void whoMayMakeTokensIsSaidByRoles() throws Exception {
        namespace("made");
        User viewer = server.limited("acme", "vera", "viewers");
        User editor = server.limited("acme", "edda", "editors");
        bind("made", "{'kind':'Group','name':'viewers'}", "view");
        bind("made", "{'kind':'Group','name':'editors'}", "edit");
        done(viewer.get(accounts("made") + "/default"), 200);
        done(request(viewer, "made", "default", ""), 403);
        done(request(editor, "made", "default", ""), 201);
        done(request(editor, "default", "default", ""), 403);
    }

    @Test
    void aPodIsAnAccountThatIsThere() throws Exception {
        namespace("pods");
        String pod =
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'serviceAccountName':'ghost','containers':[{'name':'m','image':'registry.local/w:1'}]}}";
        assertThat(done(admin.post(pods("pods"), pod), 422).message())
                .contains("spec.serviceAccountName: there is no service account 'ghost' in namespace pods");
        done(admin.post(pods("pods"), pod.replace("ghost", "default")), 201);
    }
}
