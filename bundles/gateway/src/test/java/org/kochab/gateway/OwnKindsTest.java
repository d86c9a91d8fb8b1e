package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.controllers.internal.core.ContentsController;
import org.kochab.controllers.internal.core.GarbageCollector;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** Tenants' own kinds, and tenants, come and go without each other; shared kinds are not theirs to change. */
@Timeout(120)
class OwnKindsTest {
    private static final Limits LIMITS = new Limits(64, 200_000, 8_192, 60, 60, 8, 64, 1_000_000);
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String SEEN = "seen";
    private static final Kind SHARED = Kind.custom("shared.example.com/v1", "Shared", "shareds", Kind.Scope.NAMESPACE);

    private TestServer server;
    private User user;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(LIMITS, 10);
        server.add(ContentsController.ofNamespaces());
        server.add(ContentsController.ofTenants());
        server.add(ContentsController.ofDefinitions());
        GarbageCollector.all().forEach(server::add);
        server.tenant("victim");
        server.tenant("other");
        user = server.user("other");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** But for volumes, whose controllers are not here. */
    private void fill(String tenant) {
        String manifest = EveryKind.builtIn(SEEN) + "\n---\n" + EveryKind.definitions("text");
        server.read(tenant, manifest).stream()
                .filter(r -> !r.kind().startsWith("PersistentVolume"))
                .forEach(r -> server.resources().apply(new TenantId(tenant), r));
        server.apply(tenant, EveryKind.objects(SEEN, "text"));
    }

    /** All that a tenant has, with its versions. */
    private List<String> all(String tenant) {
        TenantId id = new TenantId(tenant);
        List<String> all = new ArrayList<>();
        for (Kind kind : server.resources().kinds(id)) {
            if (kind.scope() != Kind.Scope.PLATFORM) {
                server.resources().list(id, kind, Query.namespace(null)).items().forEach(r -> all.add(r.toString()));
            }
        }
        return all;
    }

    private static void awaitGone(User asking, String path) {
        await().atMost(Duration.ofSeconds(30))
                .alias(path)
                .until(() -> asking.get(path).code() == 404);
    }

    @Test
    void whatIsDeletedInOneTenantIsThereInTheOther() throws Exception {
        fill("victim");
        fill("other");
        List<String> before = all("victim");
        assertThat(before).hasSizeGreaterThan(EveryKind.all().size() - EveryKind.NONE.size());

        for (Kind kind : EveryKind.OWN) {
            String definition = DEFINITIONS + "/" + kind.plural() + "." + kind.group();
            assertThat(user.send("DELETE", definition, "", "").code()).isEqualTo(200);
            awaitGone(user, definition);
            assertThat(user.get("/apis/" + kind.apiVersion() + "/" + kind.plural())
                            .code())
                    .isEqualTo(404);
        }
        assertThat(all("victim")).isEqualTo(before);

        // Of the same names, but in the other scope and with other fields.
        for (Kind kind : EveryKind.OWN) {
            Kind.Scope scope = kind.scope() == Kind.Scope.NAMESPACE ? Kind.Scope.TENANT : Kind.Scope.NAMESPACE;
            Kind turned = Kind.custom(kind.apiVersion(), kind.name(), kind.plural(), scope);
            server.apply("other", EveryKind.definition(turned, "number"));
            server.apply("other", EveryKind.object(turned, SEEN, "number"));
        }
        assertThat(all("victim")).isEqualTo(before);

        User operator = server.user("system");
        String tenant = "/apis/kochab.org/v1/tenants/other";
        assertThat(operator.send("DELETE", tenant, "", "").code()).isEqualTo(200);
        awaitGone(operator, tenant);
        assertThat(all("victim")).isEqualTo(before);
    }

    @Test
    void aSharedKindIsNobodysToOverride() throws Exception {
        String manifest = EveryKind.definition(SHARED, "text");
        server.apply(
                "system",
                manifest.replace("metadata: {", "metadata: {annotations: {kochab.org/crd-sharing-policy: forced}, "));
        User owner = server.user("victim");
        String list = "/apis/shared.example.com/v1/namespaces/default/shareds";
        String object =
                "{'apiVersion':'shared.example.com/v1','kind':'Shared','metadata':{'name':'seen'},'text':'TEXT'}";
        assertThat(owner.post(list, object.replace("TEXT", "victims")).code()).isEqualTo(201);
        List<String> shared = all("system");
        List<String> before = all("victim");

        assertThat(user.get(list).body().path("items")).isEmpty();
        assertThat(user.get(list + "/seen").code()).isEqualTo(404);
        assertThat(user.post(list, object.replace("TEXT", "others")).code()).isEqualTo(201);
        Answer replaced = user.send("POST", DEFINITIONS, "application/yaml", manifest);
        assertThat(replaced.code()).as("%s", replaced.body()).isEqualTo(422);
        assertThat(replaced.message()).contains("is a kind that is shared, and no tenant can replace it");
        int count = 0;
        List<EveryVerb> verbs =
                new ArrayList<>(EveryVerb.of(Kind.CUSTOM_RESOURCE_DEFINITION, SHARED.plural() + "." + SHARED.group()));
        verbs.addAll(EveryVerb.of(SHARED, SEEN));
        for (EveryVerb wanted : verbs) {
            if (wanted.path().contains("watch=1")) {
                continue;
            }
            user.send(wanted.method(), wanted.path(), wanted.type(), wanted.body());
            assertThat(user.send(wanted.method(), "/tenants/system" + wanted.path(), wanted.type(), wanted.body())
                            .code())
                    .as("%s", wanted)
                    .isEqualTo(403);
            count += 2;
        }
        assertThat(count).isGreaterThan(150);
        assertThat(all("system")).isEqualTo(shared);
        assertThat(all("victim")).isEqualTo(before);
    }
}
