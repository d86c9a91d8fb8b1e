package org.kochab.gateway;

import java.util.ArrayList;
import java.util.List;
import org.kochab.api.model.Kind;

/** A request of every verb that the API knows, and of some that it does not. */
record EveryVerb(String method, String path, String body) {
    private static final List<String> PARTS =
            List.of("status", "scale", "log", "token", "eviction", "exec", "finalize");

    private static final List<String> DOCUMENTS = List.of(
            "/api",
            "/api/v1",
            "/apis",
            "/apis/apps/v1",
            "/apis/" + EveryKind.GROUP,
            "/apis/" + EveryKind.GROUP + "/v1",
            "/openapi/v2",
            "/version",
            "/metrics");

    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/";

    @Override
    public String toString() {
        return method + " " + path;
    }

    String type() {
        return body.isEmpty() ? "" : "application/merge-patch+json";
    }

    /** What is asked of a tenant as such. */
    static List<EveryVerb> ofTenant() {
        List<EveryVerb> cases = new ArrayList<>();
        DOCUMENTS.forEach(path -> one(path, "{}", cases));
        String pods = "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}";
        one(REVIEWS + "selfsubjectaccessreviews", pods, cases);
        one(REVIEWS + "selfsubjectrulesreviews", "{\"spec\":{\"namespace\":\"default\"}}", cases);
        return cases;
    }

    /** All that can be asked of a kind, of an object of one name. */
    static List<EveryVerb> of(Kind kind, String name) {
        boolean namespaced = kind.scope() == Kind.Scope.NAMESPACE;
        String root = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
        String list = root + (namespaced ? "/namespaces/default/" : "/") + kind.plural();
        String object = "{\"apiVersion\":\"" + kind.apiVersion() + "\",\"kind\":\"" + kind.name()
                + "\",\"metadata\":{\"name\":\"" + name + "\"}}";
        List<EveryVerb> cases = new ArrayList<>();
        cases.add(new EveryVerb("GET", list, ""));
        cases.add(new EveryVerb("GET", list + "?watch=1", ""));
        cases.add(new EveryVerb("GET", list + "?limit=1&continue=1:" + kind.plural(), ""));
        cases.add(new EveryVerb("GET", list + "?fieldSelector=metadata.name%3D" + name, ""));
        cases.add(new EveryVerb("GET", list + "?watch=1&fieldSelector=metadata.name%3D" + name, ""));
        cases.add(new EveryVerb("POST", list, object));
        cases.add(new EveryVerb("POST", list + "?dryRun=All", object));
        cases.add(new EveryVerb("DELETE", list, ""));
        if (namespaced) {
            cases.add(new EveryVerb("GET", root + "/" + kind.plural(), ""));
            cases.add(new EveryVerb("GET", root + "/" + kind.plural() + "?watch=1", ""));
        }
        one(list + "/" + name, object, cases);
        cases.add(new EveryVerb("GET", list + "/" + name + "?watch=1", ""));
        for (String part : PARTS) {
            one(list + "/" + name + "/" + part, object, cases);
        }
        return cases;
    }

    private static void one(String path, String object, List<EveryVerb> cases) {
        cases.add(new EveryVerb("GET", path, ""));
        cases.add(new EveryVerb("POST", path, object));
        cases.add(new EveryVerb("PUT", path, object));
        cases.add(new EveryVerb("PATCH", path, "{}"));
        cases.add(new EveryVerb("DELETE", path, ""));
    }
}
