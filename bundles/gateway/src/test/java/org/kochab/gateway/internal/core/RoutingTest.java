package org.kochab.gateway.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.gateway.internal.core.Target.Place;

class RoutingTest {
    private static Target target(String path) {
        return Target.of(
                Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/api/v1/nodes,'',v1,-,nodes,-,-",
                "/api/v1/nodes/n1,'',v1,-,nodes,n1,-",
                "/api/v1/pods,'',v1,-,pods,-,-",
                "/api/v1/namespaces,'',v1,-,namespaces,-,-",
                "/api/v1/namespaces/a,'',v1,-,namespaces,a,-",
                "/api/v1/namespaces/a/status,'',v1,-,namespaces,a,status",
                "/api/v1/namespaces/a/pods,'',v1,a,pods,-,-",
                "/api/v1/namespaces/a/pods/p/log,'',v1,a,pods,p,log",
                "/apis/apps/v1/namespaces/a/deployments/d/scale,apps,v1,a,deployments,d,scale"
            })
    void pathsNameObjects(
            String path, String group, String version, String namespace, String resource, String name, String part) {
        assertThat(target(path))
                .isEqualTo(new Target(
                        Optional.empty(), new Place.Objects(group, version, namespace, resource, name, part)));
    }

    @Test
    void aTenantMayComeBeforeAnyPath() {
        assertThat(target("/tenants/acme/api/v1/pods"))
                .isEqualTo(new Target(
                        Optional.of(new TenantId("acme")), new Place.Objects("", "v1", null, "pods", null, null)));
        assertThat(target("/tenants/acme/apis/apps"))
                .isEqualTo(new Target(Optional.of(new TenantId("acme")), new Place.Group("apps")));
        assertThat(target("/apis/kochab.org/v1/tenants/acme").place())
                .isEqualTo(new Place.Objects("kochab.org", "v1", null, "tenants", "acme", null));
    }

    @Test
    void pathsThatAreTooLongNameNothing() {
        assertThatThrownBy(() -> target("/api/v1/namespaces/a/pods/p/log/x")).hasMessageContaining("could not find");
    }

    @Test
    void refusalsAreWordedAsKubernetes() {
        TenantId acme = new TenantId("acme");
        Caller user = new Caller(acme, "ann", List.of());
        assertThat(new Attempt("list", acme, true, "", "nodes", null, null).refusal(user))
                .isEqualTo(
                        "nodes is forbidden: User \"ann\" cannot list resource \"nodes\" in API group \"\" at the cluster scope");
        assertThat(new Attempt("patch", acme, false, "apps", "deployments/scale", "default", "web").refusal(user))
                .isEqualTo(
                        "deployments.apps \"web\" is forbidden: User \"ann\" cannot patch resource \"deployments/scale\" in API group \"apps\" in the namespace \"default\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json | TABLE",
                "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json | TABLE_V1BETA1",
                "application/json;as=Table;v=v9;g=meta.k8s.io,application/json | OBJECTS",
                "application/vnd.kubernetes.protobuf, */* | OBJECTS",
                "'' | OBJECTS"
            })
    void clientsSayWhatTheyAccept(String accept, Form form) {
        assertThat(Form.of(accept)).isEqualTo(form);
    }

    @Test
    void whatCannotBeHadIsRefused() {
        assertThatThrownBy(() -> Form.of("application/yaml"))
                .isInstanceOfSatisfying(
                        ApiError.class, e -> assertThat(e.code()).isEqualTo(406));
    }

    @Test
    void fieldSelectorsAreSplitByWhoLooks() {
        FieldSelector s = FieldSelector.of("spec.nodeName=n1,status.phase!=Failed,involvedObject.kind=Pod");
        assertThat(s.known())
                .containsExactlyEntriesOf(new java.util.TreeMap<>(java.util.Map.of("spec.nodeName", "n1")));
        assertThat(s.left())
                .containsExactly(
                        new FieldSelector.Term("status.phase", false, "Failed"),
                        new FieldSelector.Term("involvedObject.kind", true, "Pod"));
        assertThat(s.matches(Json.readObject("{\"involvedObject\":{\"kind\":\"Pod\"}}".getBytes())))
                .isTrue();
        assertThat(s.matches(Json.readObject(
                        "{\"involvedObject\":{\"kind\":\"Pod\"},\"status\":{\"phase\":\"Failed\"}}".getBytes())))
                .isFalse();
        assertThatThrownBy(s::requireWatchable).hasMessageContaining("status.phase!=Failed");
        assertThatThrownBy(() -> FieldSelector.of("spec.colour=red")).hasMessageContaining("spec.colour=red");
    }

    @Test
    void refusalsAreStatusObjects() {
        ApiError invalid = ApiError.of(
                new ResourceException(
                        ResourceException.Reason.INVALID,
                        "Deployment 'web' is not valid: spec.containers[0].image: is missing; name it; metadata.labels: 'x y' is not valid"));
        assertThat(invalid.status(new ApiError.About("apps", "deployments", "web"))
                        .toString())
                .isEqualTo(
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"Deployment 'web' is not valid: spec.containers[0].image: is missing; name it; metadata.labels: 'x y' is not valid\","
                                + "\"reason\":\"Invalid\",\"details\":{\"name\":\"web\",\"group\":\"apps\",\"kind\":\"deployments\",\"causes\":["
                                + "{\"reason\":\"FieldValueInvalid\",\"message\":\"is missing; name it\",\"field\":\"spec.containers[0].image\"},"
                                + "{\"reason\":\"FieldValueInvalid\",\"message\":\"'x y' is not valid\",\"field\":\"metadata.labels\"}]},\"code\":422}");
        ApiError busy = ApiError.of(new ResourceException(ResourceException.Reason.BUSY, "later"));
        assertThat(busy.code()).isEqualTo(429);
        assertThat(busy.retryAfter()).isEqualTo(1);
        assertThat(busy.status(null).at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
    }

    @Test
    void everyKindIsDiscoveredAndDescribed() {
        ApiKinds kinds = new ApiKinds(Kind.BUILT_IN);
        for (Kind k : Kind.BUILT_IN) {
            assertThat(Discovery.resources(kinds, k.group(), ApiKinds.version(k))
                            .toString())
                    .contains("\"name\":\"" + k.plural() + "\"");
        }
        assertThat(Discovery.groups(kinds).findValuesAsText("name"))
                .containsExactly(
                        "apiextensions.k8s.io",
                        "apps",
                        "batch",
                        "kochab.org",
                        "policy",
                        "rbac.authorization.k8s.io",
                        "scheduling.k8s.io",
                        "storage.k8s.io",
                        "authorization.k8s.io");
        var deployments = Discovery.resources(kinds, "apps", "v1").toString();
        assertThat(deployments).contains("deployments/scale").contains("deployments/status");
        assertThatThrownBy(() -> Discovery.resources(kinds, "apps", "v2")).isInstanceOf(ApiError.class);
    }

    @Test
    void theDescriptionSaysHowListsAreMerged() {
        var api = OpenApi.of(new ApiKinds(Kind.BUILT_IN));
        var containers = api.at("/definitions/org.kochab.model.PodSpec/properties/containers");
        assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
        assertThat(containers.path("description").asText()).startsWith("What runs");
        assertThat(api.at("/definitions/org.kochab.model.PodSpec/properties/tolerations")
                        .has("x-kubernetes-patch-strategy"))
                .isFalse();
        // Field 1 of the message is the text 2.0.
        assertThat(OpenApiProto.of(api)).startsWith(10, 3, '2', '.', '0');
    }

    @Test
    void theDescriptionSaysThatChangesCanBeTried() {
        var paths = OpenApi.of(new ApiKinds(Kind.BUILT_IN)).path("paths");
        var patch = paths.path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
                .path("patch");
        assertThat(patch.at("/parameters/0/name").asText()).isEqualTo("dryRun");
        assertThat(patch.at("/x-kubernetes-group-version-kind/kind").asText()).isEqualTo("Deployment");
        assertThat(paths.has("/api/v1/persistentvolumes/{name}")).isTrue();
    }

    @Test
    void everyMergeKeyIsAFieldOfTheElements() {
        var definitions = OpenApi.of(new ApiKinds(Kind.BUILT_IN)).path("definitions");
        definitions.forEach(d -> d.path("properties").forEach(p -> {
            if (p.has("x-kubernetes-patch-merge-key")) {
                String element = p.at("/items/$ref").asText().replace("#/definitions/", "");
                assertThat(definitions
                                .path(element)
                                .path("properties")
                                .has(p.path("x-kubernetes-patch-merge-key").asText()))
                        .as("%s by %s", element, p.path("x-kubernetes-patch-merge-key"))
                        .isTrue();
            }
        }));
    }
}
