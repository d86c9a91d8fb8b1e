package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.kochab.gateway.TestServer.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.ApiServer;
import org.kochab.gateway.internal.http.Limits;

/** One server for all tests; each has names of its own. */
class ApiServerTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final int WATCHES = 4;
    private static final Limits LIMITS = new Limits(64, 200_000, 8_192, 60, 60, 4, 16, 10_000);

    private static TestServer server;
    private static User ann;
    private static User bob;
    private static User operator;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(LIMITS, WATCHES);
        server.tenant("acme");
        server.tenant("other");
        ann = server.user("acme");
        bob = server.user("other");
        operator = server.user("system");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String pod(String name, String label) {
        return "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name + "','labels':{'app':'" + label
                + "'}},'spec':{'containers':[{'name':'main','image':'registry.local/web:1'}]}}";
    }

    private static String deployment(String name) {
        return "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'" + name
                + "'},'spec':{'replicas':2,'selector':{'matchLabels':{'app':'" + name
                + "'}},'template':{'metadata':{'labels':{'app':'" + name
                + "'}},'spec':{'containers':[{'name':'main','image':'registry.local/web:1'},{'name':'side','image':'registry.local/side:1'}]}}}}";
    }

    private static void refused(Answer answer, int code, String reason) {
        assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code);
        assertThat(answer.body().path("kind").asText()).isEqualTo("Status");
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.body().path("code").asInt()).isEqualTo(code);
    }

    // ---- kinds that are not built in

    @Test
    void aTenantsOwnKindIsServedLikeTheOthers() throws Exception {
        String definition =
                "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'widgets.example.com'},"
                        + "'spec':{'group':'example.com','scope':'Namespaced','names':{'kind':'Widget','plural':'widgets'},'versions':[{'name':'v1','served':true,'storage':true,"
                        + "'subresources':{'status':{}},'additionalPrinterColumns':[{'name':'Size','type':'integer','jsonPath':'.spec.size'}],"
                        + "'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','properties':{'size':{'type':'integer','minimum':1}}},"
                        + "'status':{'type':'object','properties':{'done':{'type':'boolean'}}}}}}}]}}";
        String widgets = "/apis/example.com/v1/namespaces/default/widgets";
        refused(ann.get(widgets), 404, "NotFound");
        Answer made = ann.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
        assertThat(made.code()).as("%s", made.body()).isEqualTo(201);
        assertThat(ann.get("/apis/example.com/v1").body().path("resources").findValuesAsText("name"))
                .containsExactly("widgets", "widgets/status");
        String widget = "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'one'},'spec':{'size':";
        refused(ann.post(widgets, widget + "0}}"), 422, "Invalid");
        Answer stored = ann.post(widgets, widget + "3}}");
        assertThat(stored.code()).as("%s", stored.body()).isEqualTo(201);
        Answer changed = ann.send("PATCH", widgets + "/one", "application/merge-patch+json", "{'spec':{'size':4}}");
        assertThat(changed.body().path("spec").path("size").asInt()).isEqualTo(4);
        JsonNode table = ann.table(widgets).body();
        assertThat(table.path("rows").get(0).path("cells").get(1).asText()).isEqualTo("4");
        refused(bob.get(widgets), 404, "NotFound");
        assertThat(ann.send("DELETE", widgets + "/one", "", "").code()).isEqualTo(200);
    }

    // ---- who

    @Test
    void whoShowsNothingIsToldOnlyThatTheServerIsWell() throws Exception {
        User nobody = server.nobody();
        assertThat(nobody.get("/healthz").code()).isEqualTo(200);
        assertThat(nobody.get("/readyz").code()).isEqualTo(200);
        refused(nobody.get("/version"), 401, "Unauthorized");
        refused(nobody.get(PODS), 401, "Unauthorized");
        refused(nobody.get("/no/such/path"), 401, "Unauthorized");
    }

    @Test
    void aMembersCertificateIsNoUsers() throws Exception {
        refused(server.member().get(PODS), 401, "Unauthorized");
    }

    @Test
    void aCertificateThatEndsEndsWithinTheConnection() throws Exception {
        User user = server.user("acme");
        assertThat(user.get("/version").code()).isEqualTo(200);
        server.ahead = Duration.ofDays(2);
        try {
            refused(user.get("/version"), 401, "Unauthorized");
        } finally {
            server.ahead = Duration.ZERO;
        }
    }

    @Test
    void anotherTenantsObjectsAreNotEvenMissing() throws Exception {
        ann.post(PODS, pod("secret", "x"));
        Answer there = bob.get("/tenants/acme" + PODS + "/secret");
        Answer missing = bob.get("/tenants/acme" + PODS + "/no-such");
        Answer noTenant = bob.get("/tenants/no-such-tenant" + PODS + "/secret");
        refused(there, 403, "Forbidden");
        refused(missing, 403, "Forbidden");
        refused(noTenant, 403, "Forbidden");
        assertThat(there.body()).isEqualTo(missing.body());
        assertThat(noTenant.message()).isEqualTo(there.message().replace("acme", "no-such-tenant"));
        refused(bob.post("/tenants/acme" + PODS, pod("mine", "x")), 403, "Forbidden");
        refused(bob.send("DELETE", "/tenants/acme" + PODS + "/secret", "", ""), 403, "Forbidden");
        refused(bob.get("/tenants/acme" + PODS + "?watch=1"), 403, "Forbidden");
        refused(bob.get("/tenants/system/api/v1/nodes"), 403, "Forbidden");

        refused(bob.get(PODS + "/secret"), 404, "NotFound");
        assertThat(bob.get("/api/v1/pods").body().path("items")).isEmpty();
    }

    @Test
    void onlyOperatorsSeeThePlatform() throws Exception {
        refused(ann.get("/api/v1/nodes"), 403, "Forbidden");
        refused(ann.get("/apis/kochab.org/v1/tenants/acme"), 403, "Forbidden");
        assertThat(operator.get("/api/v1/nodes").code()).isEqualTo(200);
        assertThat(operator.get("/apis/kochab.org/v1/tenants").body().findValuesAsText("name"))
                .contains("acme", "other");
        ann.post(PODS, pod("seen", "x"));
        assertThat(operator.get("/tenants/acme" + PODS + "/seen").code()).isEqualTo(200);
    }

    @Test
    void usersAskWhatTheyMay() throws Exception {
        String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        String body =
                "{'apiVersion':'authorization.k8s.io/v1','kind':'SelfSubjectAccessReview','spec':{'resourceAttributes':{'verb':'create','resource':'%s','namespace':'default'}}}";
        assertThat(ann.post(path, body.formatted("pods"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        assertThat(ann.post(path, body.formatted("nodes"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean(true))
                .isFalse();
        assertThat(operator.post(path, body.formatted("nodes"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
    }

    // ---- objects

    @Test
    void podsAreListedAsATable() throws Exception {
        assertThat(ann.post(PODS, pod("tabled", "table")).code()).isEqualTo(201);
        JsonNode table = ann.table(PODS + "?labelSelector=app%3Dtable").body();
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.path("columnDefinitions").findValuesAsText("name"))
                .startsWith("NAME", "READY", "STATUS", "RESTARTS", "AGE");
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("tabled");
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(table.at("/rows/0/object/metadata/namespace").asText()).isEqualTo("default");
        assertThat(ann.table(PODS + "/tabled?includeObject=Object")
                        .body()
                        .at("/rows/0/object/kind")
                        .asText())
                .isEqualTo("Pod");
    }

    @Test
    void listsComeInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            ann.post(PODS, pod("page-" + i, "page"));
        }
        List<String> names = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = ann.get(PODS + "?labelSelector=app%3Dpage&limit=2&continue=" + next)
                    .body();
            page.path("items").forEach(i -> names.add(i.at("/metadata/name").asText()));
            next = URLEncoder.encode(page.at("/metadata/continue").asText(), StandardCharsets.UTF_8);
        } while (!next.isEmpty());
        assertThat(names).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
        assertThat(ann.get(PODS + "?labelSelector=app%3Dpage&fieldSelector=metadata.name%3Dpage-3")
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(ann.get(PODS + "?labelSelector=app%3Dpage&fieldSelector=status.phase!%3DPending")
                        .body()
                        .path("items"))
                .isEmpty();
        refused(ann.get(PODS + "?fieldSelector=spec.colour%3Dred"), 400, "BadRequest");
        refused(ann.get(PODS + "?limit=many"), 400, "BadRequest");
    }

    @Test
    void whatIsWrongIsSaidAsKubernetesSaysIt() throws Exception {
        ann.post(PODS, pod("twice", "x"));
        refused(ann.post(PODS, pod("twice", "x")), 409, "AlreadyExists");
        refused(ann.get(PODS + "/no-such"), 404, "NotFound");
        assertThat(ann.get(PODS + "/no-such").message()).isEqualTo("pods \"no-such\" not found");
        Answer invalid = ann.post(DEPLOYMENTS, deployment("bad").replace("'replicas':2", "'replicas':-2"));
        refused(invalid, 422, "Invalid");
        assertThat(invalid.body().at("/details/causes/0/field").asText()).isEqualTo("spec.replicas");
        refused(ann.post(PODS, "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n'}}"), 400, "BadRequest");
        refused(ann.post(PODS, "{"), 400, "BadRequest");
        refused(
                ann.post(PODS, pod("elsewhere", "x").replace("'labels'", "'namespace':'kube-system','labels'")),
                400,
                "BadRequest");
        refused(
                ann.post(PODS, pod("elsewhere", "x").replace("'labels'", "'tenant':'other','labels'")),
                400,
                "BadRequest");
        refused(ann.get("/api/v1/namespaces/default/things"), 404, "NotFound");
        refused(ann.send("PUT", PODS, "application/json", pod("x", "x")), 405, "MethodNotAllowed");
        refused(ann.post(PODS + "/twice/attach", ""), 501, "NotImplemented");
        refused(ann.get(PODS + "/twice/log"), 400, "BadRequest");
    }

    @Test
    void fieldsThatThereAreNotAreDroppedAndSaid() throws Exception {
        Answer created = ann.post(PODS, pod("odd", "x").replace("'containers'", "'colour':'red','containers'"));
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.warnings()).containsExactly("299 - \"spec.colour is not a field and was dropped\"");
    }

    @Test
    void whatIsTriedChangesNothing() throws Exception {
        assertThat(ann.post(PODS + "?dryRun=All", pod("dry", "x")).code()).isEqualTo(201);
        refused(ann.get(PODS + "/dry"), 404, "NotFound");
        ann.post(PODS, pod("dry", "x"));
        refused(ann.post(PODS + "?dryRun=All", pod("dry", "x")), 409, "AlreadyExists");
        assertThat(ann.send("DELETE", PODS + "/dry?dryRun=All", "", "").code()).isEqualTo(200);
        assertThat(ann.get(PODS + "/dry")
                        .body()
                        .at("/metadata/deletionTimestamp")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void objectsArePatched() throws Exception {
        ann.post(DEPLOYMENTS, deployment("patched"));
        String path = DEPLOYMENTS + "/patched";
        Answer strategic = ann.send(
                "PATCH",
                path,
                "application/strategic-merge-patch+json",
                "{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'registry.local/web:2'}]}}}}");
        assertThat(strategic.code()).as("%s", strategic.body()).isEqualTo(200);
        assertThat(strategic.body().findValuesAsText("image"))
                .containsExactly("registry.local/web:2", "registry.local/side:1");
        Answer merge = ann.send(
                "PATCH",
                path,
                "application/merge-patch+json",
                "{'metadata':{'labels':{'a':'b'}},'spec':{'replicas':3}}");
        assertThat(merge.body().at("/spec/replicas").asInt()).isEqualTo(3);
        Answer json =
                ann.send("PATCH", path, "application/json-patch+json", "[{'op':'remove','path':'/metadata/labels/a'}]");
        assertThat(json.body().at("/metadata/labels/a").isMissingNode()).isTrue();

        String version = json.body().at("/metadata/resourceVersion").asText();
        String stale = "{'metadata':{'resourceVersion':'"
                + merge.body().at("/metadata/resourceVersion").asText() + "','labels':{'c':'d'}}}";
        refused(ann.send("PATCH", path, "application/merge-patch+json", stale), 409, "Conflict");
        assertThat(ann.get(path).body().at("/metadata/resourceVersion").asText())
                .isEqualTo(version);
        refused(
                ann.send("PATCH", path, "application/merge-patch+json", "{'metadata':{'name':'another'}}"),
                400,
                "BadRequest");
        refused(
                ann.send("PATCH", path, "application/merge-patch+json", "{'spec':{'replicas':'x'}}"),
                400,
                "BadRequest");
    }

    @Test
    void objectsAreReplaced() throws Exception {
        JsonNode first = ann.post(DEPLOYMENTS, deployment("replaced")).body();
        String path = DEPLOYMENTS + "/replaced";
        String wanted = first.toString().replace("\"replicas\":2", "\"replicas\":4");
        assertThat(ann.send("PUT", path, "application/json", wanted)
                        .body()
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(4);
        refused(
                ann.send("PUT", path, "application/json", wanted.replace("\"replicas\":4", "\"replicas\":5")),
                409,
                "Conflict");
        assertThat(ann.send("PUT", path, "application/json", deployment("replaced"))
                        .body()
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(2);
        refused(ann.send("PUT", DEPLOYMENTS + "/none", "application/json", deployment("none")), 404, "NotFound");
    }

    @Test
    void howManyThereAreToBeHasAFormOfItsOwn() throws Exception {
        ann.post(DEPLOYMENTS, deployment("scaled"));
        String path = DEPLOYMENTS + "/scaled/scale";
        JsonNode scale = ann.get(path).body();
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(scale.at("/status/selector").asText()).isEqualTo("app=scaled");
        assertThat(ann.send("PATCH", path, "application/merge-patch+json", "{'spec':{'replicas':5}}")
                        .body()
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(5);
        refused(ann.send("PUT", path, "application/json", scale.toString()), 409, "Conflict");
        assertThat(ann.get(DEPLOYMENTS + "/scaled").body().at("/spec/replicas").asInt())
                .isEqualTo(5);
        refused(ann.get(PODS + "/scaled/scale"), 404, "NotFound");
    }

    @Test
    void objectsAreDeleted() throws Exception {
        String uid = ann.post(PODS, pod("gone", "x")).body().at("/metadata/uid").asText();
        refused(
                ann.send("DELETE", PODS + "/gone", "application/json", "{'preconditions':{'uid':'another'}}"),
                409,
                "Conflict");
        Answer deleted = ann.send(
                "DELETE",
                PODS + "/gone",
                "application/json",
                "{'kind':'DeleteOptions','gracePeriodSeconds':0,'propagationPolicy':'Background'}");
        assertThat(deleted.body().at("/metadata/uid").asText()).isEqualTo(uid);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ann.get(PODS + "/gone").code() == 404);
        refused(
                ann.send("DELETE", PODS + "/gone", "application/json", "{'propagationPolicy':'Sideways'}"),
                400,
                "BadRequest");
    }

    // ---- watches

    @Test
    void watchersSeeEveryChangeInOrder() throws Exception {
        ann.post(PODS, pod("before", "watched"));
        String version = ann.get(PODS).body().at("/metadata/resourceVersion").asText();
        try (Stream<String> lines = ann.lines(
                PODS + "?watch=true&labelSelector=app%3Dwatched&timeoutSeconds=20&resourceVersion=" + version)) {
            Iterator<String> events = lines.iterator();
            ann.post(PODS, pod("other", "another"));
            ann.post(PODS, pod("seen-1", "watched"));
            JsonNode added = json(events.next());
            assertThat(added.path("type").asText()).isEqualTo("ADDED");
            assertThat(added.at("/object/metadata/name").asText()).isEqualTo("seen-1");
            ann.send(
                    "PATCH",
                    PODS + "/seen-1",
                    "application/merge-patch+json",
                    "{'metadata':{'annotations':{'a':'b'}}}");
            assertThat(json(events.next()).path("type").asText()).isEqualTo("MODIFIED");
            ann.send("PATCH", PODS + "/seen-1", "application/merge-patch+json", "{'metadata':{'labels':{'app':'x'}}}");
            assertThat(json(events.next()).path("type").asText()).isEqualTo("DELETED");
        }
    }

    @Test
    void aWatchFromNowBeginsWithWhatThereIs() throws Exception {
        ann.post(PODS, pod("there", "now"));
        try (Stream<String> lines = ann.lines(PODS + "?watch=1&labelSelector=app%3Dnow&timeoutSeconds=1")) {
            List<String> all = lines.toList();
            assertThat(all).hasSize(1);
            assertThat(json(all.get(0)).at("/object/metadata/name").asText()).isEqualTo("there");
        }
    }

    @Test
    void aWatchFromTooLongAgoIsToldToBeginAnew() throws Exception {
        String version = ann.get(PODS).body().at("/metadata/resourceVersion").asText();
        for (int i = 0; i < 210; i++) {
            ann.post(DEPLOYMENTS, deployment("history-" + i));
        }
        refused(ann.get(PODS + "?watch=1&resourceVersion=" + version), 410, "Expired");
    }

    @Test
    void watchesAreCounted() throws Exception {
        User carl = server.user("other");
        List<Stream<String>> open = new ArrayList<>();
        try {
            for (int i = 0; i < WATCHES / 2; i++) {
                Stream<String> lines = carl.lines("/api/v1/namespaces?watch=1&timeoutSeconds=30");
                lines.iterator().next();
                open.add(lines);
            }
            refused(carl.get("/api/v1/namespaces?watch=1"), 429, "TooManyRequests");
            assertThat(carl.get("/api/v1/namespaces").code()).isEqualTo(200);
        } finally {
            open.forEach(Stream::close);
        }
        await("places given back").atMost(Duration.ofSeconds(20)).until(() -> {
            try (Stream<String> again = carl.lines("/api/v1/namespaces?watch=1&timeoutSeconds=1")) {
                return again.iterator().hasNext();
            } catch (AssertionError e) {
                return false;
            }
        });
    }

    @Test
    void itIsKnownInWhichPartitionATenantIs() {
        await().atMost(Duration.ofSeconds(20)).until(() -> server.home("acme").equals("tp-1"));
        assertThat(server.home("nobody")).isEmpty();
        assertThat(server.home("system")).isEmpty();
    }

    // ---- what there is

    @Test
    void clientsFindOutWhatThereIs() throws Exception {
        assertThat(ann.get("/api").body().path("versions")).hasSize(1);
        assertThat(ann.get("/apis").body().path("groups").findValuesAsText("name"))
                .contains("apps", "kochab.org");
        assertThat(ann.get("/tenants/acme/api/v1").body().path("resources").findValuesAsText("name"))
                .contains("pods", "pods/log", "nodes");
        assertThat(ann.get("/version").body().path("minor").asText()).isEqualTo("20");
        assertThat(ann.get("/openapi/v2")
                        .body()
                        .at("/definitions/org.kochab.v1.Pod/properties")
                        .has("spec"))
                .isTrue();
        assertThat(ann.text("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"))
                .contains("org.kochab.v1.Pod");
    }

    // ---- limits

    private static String raw(String request) throws Exception {
        return raw(server.port(), server.trusting(), request);
    }

    /** All that comes until the server ends the connection. */
    private static String raw(int port, SSLContext tls, String request) throws Exception {
        try (Socket socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            }
        }
    }

    @Test
    void bodiesAndHeadersAreLimited() throws Exception {
        assertThat(ann.post(PODS, "{'a':'" + "x".repeat(200_000) + "'}").code()).isEqualTo(413);
        assertThat(raw("GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(9_000) + "\r\n\r\n"))
                .doesNotContain("200 OK");
    }

    @Test
    void whoDoesNotFinishARequestIsCutOff() throws Exception {
        // Time enough for a handshake on a busy machine.
        Limits hasty = new Limits(64, 200_000, 8_192, 5, 60, 4, 16, 10_000);
        try (ApiServer other = server.listen(hasty)) {
            SSLContext tls = server.trusting();
            CompletableFuture<String> silent = CompletableFuture.supplyAsync(() -> {
                try {
                    return raw(other.port(), tls, "");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            // A read that times out would fail.
            assertThat(raw(other.port(), tls, "GET /healthz HTTP/1.1\r\nHost:")).isEmpty();
            assertThat(silent.get(30, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void oneRequestMayBeSentAhead() throws Exception {
        String get = "GET /version HTTP/1.1\r\nHost: x\r\n";
        String got = raw(
                server.port(),
                server.showing(server.issue("acme", "ann")),
                get + "\r\n" + get + "Connection: close\r\n\r\n");
        assertThat(got.split("HTTP/1.1 200 OK")).hasSize(3);
    }

    @Test
    void theConnectionServesOneRequestAfterTheOther() throws Exception {
        assertThat(raw("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("ok");
        assertThat(raw("GET /healthz HTTP/1.0\r\n\r\n")).contains("200 OK");
        assertThat(raw("NONSENSE\r\n\r\n")).doesNotContain("200 OK");
    }

    @Test
    void withoutTlsThereIsNothing() {
        assertThatThrownBy(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                        socket.setSoTimeout(5_000);
                        socket.getOutputStream()
                                .write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        String got = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                        if (!got.contains("HTTP")) {
                            throw new IOException("nothing");
                        }
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
