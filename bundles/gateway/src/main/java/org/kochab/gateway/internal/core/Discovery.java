package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.kochab.api.model.Kind;

/** What there is, for clients that ask before they do anything else. */
public final class Discovery {
    public static final String AUTHORIZATION = "authorization.k8s.io";
    public static final String ACCESS_REVIEWS = "selfsubjectaccessreviews";
    public static final String RULES_REVIEWS = "selfsubjectrulesreviews";
    public static final String V1 = "v1";

    private static final List<String> WORKLOADS =
            List.of("Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet");

    private Discovery() {}

    public static ObjectNode version(String platform) {
        return Json.object()
                .put("major", "1")
                .put("minor", "20")
                .put("gitVersion", "v1.20.0-kochab-" + platform)
                .put("gitCommit", "")
                .put("gitTreeState", "")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "java");
    }

    public static ObjectNode versions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add(V1);
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    public static ObjectNode groups(ApiKinds kinds) {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", V1);
        ArrayNode groups = list.putArray("groups");
        kinds.groups().forEach(g -> groups.add(group(g, kinds.versions(g))));
        groups.add(group(AUTHORIZATION, List.of(V1)));
        return list;
    }

    public static ObjectNode group(ApiKinds kinds, String group) {
        List<String> versions = group.equals(AUTHORIZATION) ? List.of(V1) : kinds.versions(group);
        if (group.isEmpty() || versions.isEmpty()) {
            throw ApiError.noSuchPath();
        }
        return group(group, versions).put("kind", "APIGroup").put("apiVersion", V1);
    }

    private static ObjectNode group(String group, List<String> versions) {
        ObjectNode node = Json.object().put("name", group);
        ArrayNode all = node.putArray("versions");
        versions.forEach(v -> all.add(version(group, v)));
        node.set("preferredVersion", version(group, versions.get(0)));
        return node;
    }

    private static ObjectNode version(String group, String version) {
        return Json.object().put("groupVersion", group + "/" + version).put("version", version);
    }

    public static ObjectNode resources(ApiKinds kinds, String group, String version) {
        List<Kind> found = kinds.in(group, version);
        boolean reviews = group.equals(AUTHORIZATION) && version.equals(V1);
        if (found.isEmpty() && !reviews) {
            throw ApiError.noSuchPath();
        }
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", V1)
                .put("groupVersion", ApiKinds.apiVersion(group, version));
        ArrayNode resources = list.putArray("resources");
        found.forEach(k -> add(k, resources));
        if (reviews) {
            resources.add(resource(ACCESS_REVIEWS, false, "SelfSubjectAccessReview", List.of("create")));
            resources.add(resource(RULES_REVIEWS, false, "SelfSubjectRulesReview", List.of("create")));
        }
        return list;
    }

    private static void add(Kind kind, ArrayNode resources) {
        boolean namespaced = kind.scope() == Kind.Scope.NAMESPACE;
        List<String> verbs = new ArrayList<>(List.of("delete", "get", "list", "patch", "update", "watch"));
        if (!kind.equals(Kind.NODE)) {
            verbs.add(0, "create");
        }
        ObjectNode main = resource(kind.plural(), namespaced, kind.name(), verbs);
        if (!kind.shortNames().isEmpty()) {
            ArrayNode names = main.putArray("shortNames");
            kind.shortNames().forEach(names::add);
        }
        if (WORKLOADS.contains(kind.name())) {
            main.putArray("categories").add("all");
        }
        resources.add(main);
        List<String> change = List.of("get", "patch", "update");
        if (ApiKinds.hasStatus(kind)) {
            resources.add(resource(kind.plural() + "/status", namespaced, kind.name(), change));
        }
        if (ApiKinds.isScalable(kind)) {
            resources.add(resource(kind.plural() + "/scale", namespaced, "Scale", change)
                    .put("group", Scale.GROUP)
                    .put("version", Scale.VERSION));
        }
        if (kind.equals(Kind.SERVICE_ACCOUNT)) {
            resources.add(resource(kind.plural() + "/token", namespaced, TokenRequest.KIND, List.of("create"))
                    .put("group", TokenRequest.GROUP)
                    .put("version", TokenRequest.VERSION));
        }
        if (kind.equals(Kind.POD)) {
            resources.add(resource("pods/exec", namespaced, "PodExecOptions", List.of("create", "get")));
            resources.add(resource("pods/portforward", namespaced, "PodPortForwardOptions", List.of("create", "get")));
            resources.add(resource("pods/log", namespaced, kind.name(), List.of("get")));
            resources.add(resource("pods/eviction", namespaced, Eviction.KIND, List.of("create"))
                    .put("group", Eviction.GROUP)
                    .put("version", Eviction.VERSION));
        }
    }

    private static ObjectNode resource(String name, boolean namespaced, String kind, List<String> verbs) {
        ObjectNode node = Json.object()
                .put("name", name)
                .put("singularName", "")
                .put("namespaced", namespaced)
                .put("kind", kind);
        ArrayNode all = node.putArray("verbs");
        verbs.forEach(all::add);
        return node;
    }
}
