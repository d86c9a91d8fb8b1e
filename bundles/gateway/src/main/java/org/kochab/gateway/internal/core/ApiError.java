package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.resource.ResourceException;

/** A refusal, as Kubernetes has it: a code, a reason that programs read, and a sentence. */
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int RETRY_SECONDS = 1;

    /** {@code spec.containers[0].image: is missing}, as the platform's rules word what is wrong. */
    private static final Pattern FIELD = Pattern.compile("([A-Za-z][A-Za-z0-9_.\\[\\]/-]*): (.+)");

    /** What comes before that. */
    private static final Pattern OBJECT = Pattern.compile("^[A-Z][A-Za-z]* '[^']*' is not valid: ");

    private final int code;
    private final String reason;
    private final int retryAfter;

    public ApiError(int code, String reason, String message) {
        this(code, reason, message, code == 429 || code == 503 ? RETRY_SECONDS : 0);
    }

    private ApiError(int code, String reason, String message, int retryAfter) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequest", message);
    }

    public static ApiError unauthorized(String message) {
        return new ApiError(401, "Unauthorized", message);
    }

    public static ApiError forbidden(String message) {
        return new ApiError(403, "Forbidden", message);
    }

    public static ApiError notFound(String message) {
        return new ApiError(404, "NotFound", message);
    }

    /** No such path, which kubectl tells from an object that is not there. */
    public static ApiError noSuchPath() {
        return notFound("the server could not find the requested resource");
    }

    public static ApiError methodNotAllowed(String method) {
        return new ApiError(405, "MethodNotAllowed", "the server does not allow " + method + " there");
    }

    public static ApiError notAcceptable() {
        return new ApiError(406, "NotAcceptable", "only application/json can be had");
    }

    public static ApiError unsupportedMediaType(String message) {
        return new ApiError(415, "UnsupportedMediaType", message);
    }

    public static ApiError tooMany(String message) {
        return new ApiError(429, "TooManyRequests", message);
    }

    /** As {@link #tooMany}, of what may take long: clients are to say so, and not to try again by themselves. */
    public static ApiError disrupting(String message) {
        return new ApiError(429, "TooManyRequests", message, 0);
    }

    public static ApiError notImplemented(String message) {
        return new ApiError(501, "NotImplemented", message);
    }

    public static ApiError unavailable(String message) {
        return new ApiError(503, "ServiceUnavailable", message);
    }

    public static ApiError internal() {
        return new ApiError(500, "InternalError", "something went wrong that should not; the member's log has it");
    }

    public static ApiError of(ResourceException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case NOT_FOUND -> notFound(message);
            case ALREADY_EXISTS -> new ApiError(409, "AlreadyExists", message);
            case CONFLICT -> new ApiError(409, "Conflict", message);
            case INVALID -> new ApiError(422, "Invalid", message);
            case BUSY -> tooMany(message);
            case UNAVAILABLE -> unavailable(message);
            case UNKNOWN -> new ApiError(504, "Timeout", message);
            case GONE -> new ApiError(410, "Expired", message);
        };
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    /** Seconds after which to try again; 0 if that is of no use. */
    public int retryAfter() {
        return retryAfter;
    }

    /** @param about what was asked for; null if that was no object */
    public ObjectNode status(@Nullable About about) {
        String message = String.valueOf(getMessage());
        ObjectNode status = Status.of(Status.FAILURE).put("message", message).put("reason", reason);
        ObjectNode details = Json.object();
        if (about != null) {
            about.into(details);
        }
        if (code == 422) {
            ArrayNode causes = details.putArray("causes");
            causes(message).forEach(c -> causes.addObject()
                    .put("reason", "FieldValueInvalid")
                    .put("message", c.sentence())
                    .put("field", c.field()));
        }
        if (retryAfter() > 0) {
            details.put("retryAfterSeconds", retryAfter());
        }
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    /** The object, or kind of objects, that a refusal is about. */
    public record About(String group, String resource, @Nullable String name) {
        void into(ObjectNode details) {
            if (name != null) {
                details.put("name", name);
            }
            if (!group.isEmpty()) {
                details.put("group", group);
            }
            details.put("kind", resource);
        }
    }

    record Cause(String field, String sentence) {}

    /** Of {@code a: one; b: two}: both fields with their sentences. What names no field is no cause. */
    static List<Cause> causes(String message) {
        List<Cause> causes = new ArrayList<>();
        for (String part : OBJECT.matcher(message).replaceFirst("").split("; (?=[A-Za-z][A-Za-z0-9_.\\[\\]/-]*: )")) {
            Matcher m = FIELD.matcher(part);
            if (m.matches()) {
                causes.add(new Cause(m.group(1), m.group(2)));
            }
        }
        return causes;
    }
}
