package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiKinds;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Authoriser;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Discovery;
import org.kochab.gateway.internal.core.Json;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.core.Rules;
import org.kochab.gateway.internal.core.Target.Place;

/** Says what callers may do, by the rules that decide it. Blocks as the authoriser does; any thread. */
final class Reviews {
    private final Authoriser authoriser;

    Reviews(Authoriser authoriser) {
        this.authoriser = authoriser;
    }

    void answer(Request request, Caller caller, TenantId tenant, Place.Objects place, Exchange exchange) {
        boolean access = place.resource().equals(Discovery.ACCESS_REVIEWS);
        if (place.name() != null || !access && !place.resource().equals(Discovery.RULES_REVIEWS)) {
            throw ApiError.noSuchPath();
        }
        if (!request.method().equals("POST")) {
            throw ApiError.methodNotAllowed(request.method());
        }
        ObjectNode review = Json.readObject(request.body());
        ObjectNode status = Json.object();
        if (access) {
            status.put("allowed", isAllowed(caller, tenant, review.path("spec")));
        } else {
            rules(authoriser.rules(caller, tenant, text(review.path("spec"), "namespace")), status);
        }
        review.set("status", status);
        exchange.answer(201, review, List.of());
    }

    private static @Nullable String text(JsonNode node, String field) {
        String text = node.path(field).asText("");
        return text.isEmpty() ? null : text;
    }

    private boolean isAllowed(Caller caller, TenantId tenant, JsonNode spec) {
        JsonNode path = spec.path("nonResourceAttributes");
        if (path.isObject()) {
            return Rules.allowPath(
                    authoriser.rules(caller, tenant, null),
                    path.path("verb").asText(""),
                    path.path("path").asText(""));
        }
        JsonNode wanted = spec.path("resourceAttributes");
        if (!wanted.isObject()) {
            throw ApiError.badRequest("spec: resourceAttributes or nonResourceAttributes is needed");
        }
        String group = wanted.path("group").asText("");
        String resource = wanted.path("resource").asText("");
        String subresource = wanted.path("subresource").asText("");
        // Whoever asks about everything asks about the platform's kinds, too; all of those are built in.
        boolean platform = resource.equals("*")
                || ApiKinds.BUILT_IN
                        .find(group, resource)
                        .filter(k -> k.scope() == Kind.Scope.PLATFORM)
                        .isPresent();
        return authoriser.allows(
                caller,
                new Attempt(
                        wanted.path("verb").asText(""),
                        tenant,
                        platform,
                        group,
                        resource + (subresource.isEmpty() ? "" : "/" + subresource),
                        text(wanted, "namespace"),
                        text(wanted, "name")));
    }

    private static void rules(List<PolicyRule> rules, ObjectNode status) {
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        for (PolicyRule rule : rules) {
            if (rule.nonResourceURLs().isEmpty()) {
                ObjectNode node = resources.addObject();
                put(node, "verbs", rule.verbs());
                put(node, "apiGroups", rule.apiGroups());
                put(node, "resources", rule.resources());
                put(node, "resourceNames", rule.resourceNames());
            } else {
                ObjectNode node = paths.addObject();
                put(node, "verbs", rule.verbs());
                put(node, "nonResourceURLs", rule.nonResourceURLs());
            }
        }
        status.put("incomplete", false);
    }

    private static void put(ObjectNode node, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = node.putArray(field);
            values.forEach(array::add);
        }
    }
}
