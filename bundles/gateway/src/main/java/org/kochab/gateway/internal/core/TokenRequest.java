package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.model.ObjectMeta;

/**
 * A token that is asked for, in Kubernetes' form.
 *
 * @param audiences empty if it does not say for whom
 */
public record TokenRequest(List<String> audiences, Optional<Duration> lifetime) {
    public static final String GROUP = "authentication.k8s.io";
    public static final String VERSION = "v1";
    public static final String KIND = "TokenRequest";

    public TokenRequest {
        audiences = List.copyOf(audiences);
    }

    /** {@code BadRequest} if the body is another object, or wants what there is not. */
    public static TokenRequest of(byte[] body) {
        ObjectNode request = body.length == 0 ? Json.object() : Json.readObject(body);
        require(request, "kind", KIND);
        require(request, "apiVersion", GROUP + "/" + VERSION);
        JsonNode spec = request.path("spec");
        JsonNode bound = spec.path("boundObjectRef");
        if (!bound.isMissingNode() && !bound.isNull()) {
            throw ApiError.badRequest("spec.boundObjectRef: a token ends with its account only; leave it out");
        }
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(a -> audiences.add(a.asText()));
        JsonNode seconds = spec.path("expirationSeconds");
        if (seconds.isMissingNode() || seconds.isNull()) {
            return new TokenRequest(audiences, Optional.empty());
        }
        if (!seconds.isIntegralNumber() || !seconds.canConvertToLong()) {
            throw ApiError.badRequest("spec.expirationSeconds: a whole number is needed");
        }
        return new TokenRequest(audiences, Optional.of(Duration.ofSeconds(seconds.asLong())));
    }

    private static void require(JsonNode request, String field, String wanted) {
        String sent = request.path(field).asText(wanted);
        if (!sent.equals(wanted)) {
            throw ApiError.badRequest(field + " is '" + sent + "': send " + wanted);
        }
    }

    public static ObjectNode answer(
            ObjectMeta account, List<String> audiences, Duration lifetime, AccountToken token, Instant now) {
        ObjectNode answer = Json.object().put("kind", KIND).put("apiVersion", GROUP + "/" + VERSION);
        answer.putObject("metadata")
                .put("name", account.name())
                .put("namespace", account.namespace())
                .put("creationTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        ObjectNode spec = answer.putObject("spec");
        ArrayNode names = spec.putArray("audiences");
        audiences.forEach(names::add);
        spec.put("expirationSeconds", lifetime.toSeconds());
        answer.putObject("status")
                .put("token", token.text())
                .put("expirationTimestamp", token.expires().toString());
        return answer;
    }
}
