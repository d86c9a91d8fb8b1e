package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.kochab.api.resource.DeleteOptions;

/** An eviction that is asked for, in either of Kubernetes' two versions. */
public final class Eviction {
    public static final String GROUP = "policy";
    public static final String VERSION = "v1";
    public static final String KIND = "Eviction";

    private static final List<String> VERSIONS = List.of("policy/v1", "policy/v1beta1");

    private Eviction() {}

    /**
     * How the pod is to be deleted. {@code BadRequest} if the body is no eviction of this pod.
     *
     * @param name the pod's
     */
    public static DeleteOptions of(Request request, String name) {
        ObjectNode body = Json.readObject(request.body());
        if (!body.path("kind").asText(KIND).equals(KIND)
                || !VERSIONS.contains(body.path("apiVersion").asText(VERSIONS.get(0)))) {
            throw ApiError.badRequest("the body is no " + KIND + " of " + String.join(" or ", VERSIONS));
        }
        String named = Json.at(body, "metadata.name").asText(name);
        if (!named.equals(name)) {
            throw ApiError.badRequest("metadata.name is '" + named + "', but the path says '" + name + "'");
        }
        JsonNode options = body.path("deleteOptions");
        if (request.dryRun() || !options.path("dryRun").isEmpty()) {
            throw ApiError.badRequest("dryRun: an eviction cannot be tried; leave it out");
        }
        JsonNode grace = options.path("gracePeriodSeconds");
        return new DeleteOptions(
                grace.isIntegralNumber() && grace.canConvertToLong() ? grace.asLong() : null,
                false,
                Json.at(options, "preconditions.uid").asText(null),
                false);
    }

    public static ObjectNode done() {
        return Status.of(Status.SUCCESS).put("code", 201);
    }
}
