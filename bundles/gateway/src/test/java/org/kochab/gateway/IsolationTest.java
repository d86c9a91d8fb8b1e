package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Kind;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/**
 * Every verb on every kind, a tenant's own kinds too, its lists, watches, parts and descriptions, in another tenant and without rights: the answer is the same whether
 * there is something or not, and nothing is looked up for it, so that the time it takes tells no more than its words.
 */
@Timeout(180)
class IsolationTest {
    /** One tenant asks for all of it, as fast as it is answered. */
    private static final Limits LIMITS = new Limits(64, 200_000, 8_192, 60, 60, 8, 64, 1_000_000);

    private static final String SEEN = "seen";
    private static final String UNSEEN = "gone";
    private static final String VICTIM = "victim";
    private static final String NOBODY = "nobody";
    private static final String NOWHERE = "no-such";

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(LIMITS, 10);
        server.tenant(VICTIM);
        server.tenant("other");
        server.tenant("plain");
        server.apply(VICTIM, EveryKind.builtIn(SEEN) + "\n---\n" + EveryKind.definitions("spec"));
        server.apply(VICTIM, EveryKind.objects(SEEN, "spec"));
        server.apply("other", EveryKind.definitions("text"));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Answer ask(User user, EveryVerb wanted, String prefix) throws Exception {
        return user.send(wanted.method(), prefix + wanted.path(), wanted.type(), wanted.body());
    }

    private static Answer denied(User user, EveryVerb wanted, String prefix) throws Exception {
        Answer answer = ask(user, wanted, prefix);
        assertThat(answer.code()).as("%s %s: %s", prefix, wanted, answer.body()).isEqualTo(403);
        return answer;
    }

    @Test
    void whatIsAnothersIsDeniedInTheSameWordsAndNotLookedUp() throws Exception {
        List<User> users = List.of(
                server.user("other"),
                server.limited("other", "mia", "dev"),
                server.limited("system", "sid", "dev"),
                server.showing(server.token("other", "default", "default")));
        server.asked.calls.clear();
        Set<String> words = new TreeSet<>();
        int count = 0;
        for (Kind kind : EveryKind.all()) {
            List<EveryVerb> there = EveryVerb.of(kind, EveryKind.name(kind, SEEN));
            List<EveryVerb> missing = EveryVerb.of(kind, EveryKind.name(kind, UNSEEN));
            for (int i = 0; i < there.size(); i++) {
                for (User user : users) {
                    Answer seen = denied(user, there.get(i), "/tenants/" + VICTIM);
                    Answer unseen = denied(user, missing.get(i), "/tenants/" + VICTIM);
                    assertThat(unseen.body()).as("%s", there.get(i)).isEqualTo(seen.body());
                    words.add(seen.message());
                }
                Answer nowhere = denied(users.get(0), there.get(i), "/tenants/" + NOWHERE);
                words.add(nowhere.message());
                count += 2 * users.size() + 1;
            }
        }
        for (EveryVerb wanted : EveryVerb.ofTenant()) {
            for (User user : users) {
                words.add(denied(user, wanted, "/tenants/" + VICTIM).message());
            }
            words.add(denied(users.get(0), wanted, "/tenants/" + NOWHERE).message());
            count += users.size() + 1;
        }
        assertThat(words)
                .containsExactlyInAnyOrder(
                        "User \"ann\" of tenant \"other\" may not use tenant \"victim\"",
                        "User \"ann\" of tenant \"other\" may not use tenant \"no-such\"",
                        "User \"mia\" of tenant \"other\" may not use tenant \"victim\"",
                        "User \"sid\" of tenant \"system\" may not use tenant \"victim\"",
                        "User \"system:serviceaccount:default:default\" of tenant \"other\" may not use tenant \"victim\"");
        assertThat(server.asked.calls)
                .isNotEmpty()
                .noneMatch(call -> call.contains(VICTIM)
                        || call.contains(NOWHERE)
                        || call.contains(SEEN)
                        || call.contains(UNSEEN));
        assertThat(count).isGreaterThan(10_000);
    }

    @Test
    void whoHasNoRightsInATenantLearnsNothingOfIt() throws Exception {
        User without = server.limited(VICTIM, NOBODY, "dev");
        server.asked.calls.clear();
        int count = 0;
        for (Kind kind : EveryKind.all()) {
            List<EveryVerb> there = EveryVerb.of(kind, EveryKind.name(kind, SEEN));
            List<EveryVerb> missing = EveryVerb.of(kind, EveryKind.name(kind, UNSEEN));
            for (int i = 0; i < there.size(); i++) {
                Answer seen = denied(without, there.get(i), "");
                Answer unseen = denied(without, missing.get(i), "");
                assertThat(unseen.body().toString().replace(UNSEEN, SEEN))
                        .as("%s", there.get(i))
                        .isEqualTo(seen.body().toString());
                assertThat(seen.message()).contains("User \"nobody\" cannot ");
                count += 2;
            }
        }
        // The roles, as a whole, and the names of kinds, whatever is asked for.
        assertThat(server.asked.calls)
                .isNotEmpty()
                .allMatch(call -> call.equals("kinds[victim]")
                        || call.startsWith("list[victim, Kind[apiVersion=rbac.authorization.k8s.io/v1")
                        || isAboutPlaces(call))
                .noneMatch(call -> call.contains(SEEN) || call.contains(UNSEEN));
        assertThat(count).isGreaterThan(2_000);
    }

    /** In which partition the asking user's tenant is, which is looked at from time to time. */
    private static boolean isAboutPlaces(String call) {
        return call.equals("home[victim]") || call.equals("directory[]") || call.equals("get[system: Tenant victim]");
    }

    @Test
    void aKindOfAnotherTenantIsAsUnknownAsOneThatNobodyHas() throws Exception {
        String before = own(VICTIM);
        List<User> users = List.of(
                server.user("plain"),
                server.limited("plain", "mia", "dev"),
                server.showing(server.token("plain", "default", "default")));
        int count = 0;
        for (Kind kind : EveryKind.OWN) {
            Kind nobodys = Kind.custom(EveryKind.UNKNOWN.apiVersion(), "Unknown", "unknowns", kind.scope());
            List<EveryVerb> there = EveryVerb.of(kind, SEEN);
            List<EveryVerb> missing = EveryVerb.of(nobodys, SEEN);
            for (int i = 0; i < there.size(); i++) {
                for (User user : users) {
                    Answer known = ask(user, there.get(i), "");
                    Answer unknown = ask(user, missing.get(i), "");
                    assertThat(unknown.code()).as("%s", there.get(i)).isEqualTo(known.code());
                    assertThat(unknown.body().toString())
                            .as("%s", there.get(i))
                            .isEqualTo(known.body().toString().replace(kind.plural(), "unknowns"));
                    count += 2;
                }
            }
        }
        for (String path : List.of("/apis/" + EveryKind.GROUP, "/apis/" + EveryKind.GROUP + "/v1")) {
            for (User user : users) {
                assertThat(user.get(path).code()).as(path).isEqualTo(404);
                count++;
            }
        }
        for (User user : users) {
            assertThat(user.get("/apis").body().toString()).doesNotContain(EveryKind.GROUP);
            assertThat(described(user)).doesNotContain(EveryKind.GROUP, "Placed", "Wide");
            count += 2;
        }
        assertThat(own(VICTIM)).isEqualTo(before);
        assertThat(count).isGreaterThan(500);
    }

    @Test
    void twoTenantsKindsOfOneNameHaveNothingToDoWithEachOther() throws Exception {
        String before = own(VICTIM);
        User user = server.user("other");
        int count = 0;
        for (Kind kind : EveryKind.OWN) {
            String list = "/apis/" + kind.apiVersion()
                    + (kind.scope() == Kind.Scope.NAMESPACE ? "/namespaces/default/" : "/") + kind.plural();
            assertThat(user.get(list).body().path("items")).isEmpty();
            assertThat(user.get(list + "/" + SEEN).code()).isEqualTo(404);
            String mine = "{'apiVersion':'" + kind.apiVersion() + "','kind':'" + kind.name()
                    + "','metadata':{'name':'seen'},'text':'mine'}";
            assertThat(user.post(list, mine).code()).isEqualTo(201);
            // Whatever may be done is done.
            for (EveryVerb wanted : EveryVerb.of(kind, SEEN)) {
                if (!wanted.path().contains("watch=1")) {
                    ask(user, wanted, "");
                    count++;
                }
            }
            assertThat(user.get(list + "/" + SEEN).body().toString()).contains("\"deletionTimestamp\"");
        }
        for (Kind kind : EveryKind.OWN) {
            Kind definitions = Kind.CUSTOM_RESOURCE_DEFINITION;
            String name = kind.plural() + "." + kind.group();
            for (EveryVerb wanted : EveryVerb.of(definitions, name)) {
                if (!wanted.path().contains("watch=1")) {
                    ask(user, wanted, "");
                    count++;
                }
            }
        }
        assertThat(own(VICTIM)).isEqualTo(before);
        assertThat(count).isGreaterThan(150);
    }

    private static String described(User user) throws Exception {
        String text = user.get("/openapi/v2").body().toString();
        String binary =
                user.text("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf,application/json");
        assertThat(binary.contains(EveryKind.GROUP)).isEqualTo(text.contains(EveryKind.GROUP));
        return text;
    }

    /** A tenant's own kinds with all that there is of them, as its administrator sees them. */
    private String own(String tenant) throws Exception {
        User user = server.user(tenant);
        StringBuilder all = new StringBuilder(user.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
                .body()
                .path("items")
                .toString());
        for (Kind kind : EveryKind.OWN) {
            String path = "/apis/" + kind.apiVersion() + "/" + kind.plural();
            all.append(user.get(path).body().path("items"));
        }
        assertThat(all.toString()).contains("Placed", "Wide", "\"seen\"");
        return all.toString();
    }
}
