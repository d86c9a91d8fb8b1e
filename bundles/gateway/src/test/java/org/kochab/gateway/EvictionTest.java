package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** Evictions and disruption budgets, as kubectl asks for them. */
class EvictionTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    private static final String MERGE = "application/merge-patch+json";

    private static Answer done(Answer answer, int code) {
        assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code);
        return answer;
    }

    private static void pod(User admin, String name) throws Exception {
        done(
                admin.post(
                        PODS,
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                                + "','labels':{'app':'web'}},'spec':{'containers':[{'name':'m','image':'registry.local/w:1'}]}}"),
                201);
        done(
                admin.send(
                        "PATCH",
                        PODS + "/" + name + "/status",
                        MERGE,
                        "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}"),
                200);
    }

    private static Answer evict(User user, String name, String version) throws Exception {
        return user.post(
                PODS + "/" + name + "/eviction",
                "{'apiVersion':'policy/" + version + "','kind':'Eviction','metadata':{'name':'" + name
                        + "','namespace':'default'},'deleteOptions':{}}");
    }

    @Test
    void budgetsAreServedInTheOlderVersionToo() throws Exception {
        try (TestServer server = new TestServer(Limits.DEFAULT, 10)) {
            server.tenant("acme");
            User admin = server.user("acme");
            String older = BUDGETS.replace("v1", "v1beta1");
            Answer made = done(
                    admin.post(
                            older,
                            "{'apiVersion':'policy/v1beta1','kind':'PodDisruptionBudget','metadata':{'name':'web'},'spec':{'maxUnavailable':'25%','selector':{'matchLabels':{'app':'web'}}}}"),
                    201);
            assertThat(made.body().path("apiVersion").asText()).isEqualTo("policy/v1beta1");
            done(
                    admin.send(
                            "PATCH",
                            older + "/web",
                            MERGE,
                            "{'apiVersion':'policy/v1beta1','spec':{'maxUnavailable':2}}"),
                    200);
            Answer listed = done(admin.get(older), 200);
            assertThat(listed.body().path("apiVersion").asText()).isEqualTo("policy/v1beta1");
            assertThat(listed.body().at("/items/0/apiVersion").asText()).isEqualTo("policy/v1beta1");
            Answer same = done(admin.get(BUDGETS + "/web"), 200);
            assertThat(same.body().path("apiVersion").asText()).isEqualTo("policy/v1");
            assertThat(same.body().at("/spec/maxUnavailable").asInt()).isEqualTo(2);
            done(admin.post(older, same.body().toString()), 400);
            assertThat(admin.get("/apis/policy")
                            .body()
                            .at("/preferredVersion/version")
                            .asText())
                    .isEqualTo("v1");
            assertThat(admin.get("/apis/policy/v1beta1").body().path("resources"))
                    .hasSize(2);
        }
    }

    @Test
    void asManyAsABudgetAllowsAreEvicted() throws Exception {
        try (TestServer server = new TestServer(Limits.DEFAULT, 10)) {
            server.tenant("acme");
            User admin = server.user("acme");
            User viewer = server.limited("acme", "vera", "none");
            for (String name : new String[] {"a", "b", "c"}) {
                pod(admin, name);
            }
            Answer budget = done(
                    admin.post(
                            BUDGETS,
                            "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'web'},'spec':{'minAvailable':1,'selector':{'matchLabels':{'app':'web'}}}}"),
                    201);
            assertThat(budget.body().at("/spec/minAvailable").isNumber()).isTrue();
            Answer early = done(evict(admin, "a", "v1"), 429);
            assertThat(early.message()).contains("The disruption budget web has not been worked out yet");
            assertThat(early.body().path("details").has("retryAfterSeconds")).isFalse();
            done(
                    admin.send(
                            "PATCH",
                            BUDGETS + "/web/status",
                            MERGE,
                            "{'status':{'disruptionsAllowed':2,'currentHealthy':3,'desiredHealthy':1,'expectedPods':3,'observedGeneration':1}}"),
                    200);
            done(evict(viewer, "a", "v1"), 403);
            done(evict(admin, "b", "v2"), 400);
            done(evict(admin, "ghost", "v1"), 404);
            done(admin.post(PODS + "/a/eviction", "{'metadata':{'name':'b'}}"), 400);
            done(admin.post(PODS + "/a/eviction?dryRun=All", "{}"), 400);
            done(admin.get(PODS + "/a/eviction"), 404);

            assertThat(done(evict(admin, "a", "v1"), 201).body().path("status").asText())
                    .isEqualTo("Success");
            done(evict(admin, "b", "v1beta1"), 201);
            Answer kept = done(evict(admin, "c", "v1beta1"), 429);
            assertThat(kept.reason()).isEqualTo("TooManyRequests");
            assertThat(kept.message())
                    .isEqualTo(
                            "Cannot evict pod default/c as it would violate the pod's disruption budget. The disruption budget web needs 1 healthy pods and has 1 currently");
            assertThat(admin.get(PODS).body().path("items")).hasSize(1);
            assertThat(server.audit).anySatisfy(line -> assertThat(line)
                    .contains("\"resource\":\"pods/eviction\"", "\"name\":\"a\"", "\"outcome\":\"done\""));
            done(admin.send("DELETE", PODS + "/c", "", ""), 200);
        }
    }
}
