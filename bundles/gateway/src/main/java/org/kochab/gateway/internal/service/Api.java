package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiError.About;
import org.kochab.gateway.internal.core.ApiKinds;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Authoriser;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Discovery;
import org.kochab.gateway.internal.core.Form;
import org.kochab.gateway.internal.core.Json;
import org.kochab.gateway.internal.core.OpenApi;
import org.kochab.gateway.internal.core.OpenApiProto;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.core.Target;
import org.kochab.gateway.internal.core.Target.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests: first who asks and whether they may, then what. Blocks as the platform's services do; any thread. */
public final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final Services services;
    private final Authoriser authoriser;
    private final Objects objects;
    private final Watches watches;
    private final PodLogs logs;

    /** @param mostWatches of all tenants together; logs that are followed are counted as such */
    public Api(Services services, Authoriser authoriser, int mostWatches) {
        Shares streams = new Shares(mostWatches, Math.max(1, mostWatches / 2));
        this.services = services;
        this.authoriser = authoriser;
        objects = new Objects(services);
        watches = new Watches(services, objects, streams);
        logs = new PodLogs(services, streams);
    }

    /** Ends all that goes on. */
    public void close() {
        watches.close();
    }

    /** @param caller empty if nobody has shown who they are */
    public void handle(Request request, Optional<Caller> caller, Exchange exchange) {
        About[] about = new About[1];
        try {
            route(request, caller, exchange, about);
        } catch (ApiError e) {
            exchange.refuse(e, about[0]);
        } catch (ResourceException e) {
            exchange.refuse(ApiError.of(e), about[0]);
        } catch (CodecException | IllegalArgumentException e) {
            exchange.refuse(ApiError.badRequest(String.valueOf(e.getMessage())), about[0]);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), String.join("/", request.path()), e);
            exchange.refuse(ApiError.internal(), about[0]);
        }
    }

    private void route(Request request, Optional<Caller> somebody, Exchange exchange, @Nullable About[] about) {
        if (request.path().size() == 1 && answersHealth(request.path().get(0), exchange)) {
            return;
        }
        Caller caller = somebody.orElseThrow(() -> ApiError.unauthorized(
                "a certificate of a user is needed, which has not ended: kochab:kubeconfig makes one"));
        Target target = Target.of(request.path());
        TenantId tenant = target.tenant().orElse(caller.tenant());
        if (!authoriser.admits(caller, tenant)) {
            throw ApiError.forbidden("User \"" + caller.user() + "\" of tenant \"" + caller.tenant()
                    + "\" may not use tenant \"" + tenant + "\"");
        }
        if (target.place() instanceof Place.Objects place) {
            objects(request, caller, tenant, place, exchange, about);
            return;
        }
        if (!request.method().equals("GET")) {
            throw ApiError.methodNotAllowed(request.method());
        }
        document(request, target.place(), tenant, exchange);
    }

    /** All kinds of a tenant; its own are read for that, so it is asked only for what is not built in. */
    private ApiKinds kinds(TenantId tenant) {
        return new ApiKinds(services.resources().kinds(tenant));
    }

    private boolean answersHealth(String path, Exchange exchange) {
        boolean ready =
                !path.equals("readyz") || services.partitions().directory().isPresent();
        return switch (path) {
            case "healthz", "livez", "readyz" -> {
                byte[] text = (ready ? "ok" : "the directory cannot be reached").getBytes(StandardCharsets.US_ASCII);
                exchange.answer(ready ? 200 : 503, "text/plain", text, List.of(), 0);
                yield true;
            }
            default -> false;
        };
    }

    private void document(Request request, Place place, TenantId tenant, Exchange exchange) {
        if (place instanceof Place.Document d && d.path().equals("openapi/v2")) {
            description(request, kinds(tenant), exchange);
            return;
        }
        Form.of(request.accept());
        JsonNode answer;
        if (place instanceof Place.Versions) {
            answer = Discovery.versions();
        } else if (place instanceof Place.Groups) {
            answer = Discovery.groups(kinds(tenant));
        } else if (place instanceof Place.Group g) {
            answer = Discovery.group(kinds(tenant), g.group());
        } else if (place instanceof Place.Resources r) {
            answer = Discovery.resources(kinds(tenant), r.group(), r.version());
        } else if (place instanceof Place.Document d && d.path().equals("version")) {
            answer = Discovery.version(services.version());
        } else {
            throw ApiError.noSuchPath();
        }
        exchange.answer(200, answer, List.of());
    }

    private static void description(Request request, ApiKinds kinds, Exchange exchange) {
        ObjectNode description = OpenApi.of(kinds);
        if (request.accept().contains(OpenApiProto.ASKED)) {
            exchange.answer(200, OpenApiProto.CONTENT_TYPE, OpenApiProto.of(description), List.of(), 0);
        } else {
            exchange.answer(200, description, List.of());
        }
    }

    private void objects(
            Request request,
            Caller caller,
            TenantId tenant,
            Place.Objects place,
            Exchange exchange,
            @Nullable About[] about) {
        if (place.group().equals(Discovery.AUTHORIZATION)) {
            review(request, caller, tenant, place, exchange);
            return;
        }
        Optional<Kind> found = ApiKinds.BUILT_IN
                .find(place.group(), place.version(), place.resource())
                .or(() -> kinds(tenant).find(place.group(), place.version(), place.resource()));
        boolean platform = found.isPresent() && found.get().scope() == Kind.Scope.PLATFORM;
        boolean watch = request.method().equals("GET") && request.flag("watch");
        String resource = place.resource() + (place.subresource() == null ? "" : "/" + place.subresource());
        Attempt attempt = new Attempt(
                verb(request, place, watch),
                tenant,
                platform,
                place.group(),
                resource,
                place.namespace(),
                place.name());
        if (!authoriser.allows(caller, attempt)) {
            throw ApiError.forbidden(attempt.refusal(caller));
        }
        Kind kind = found.orElseThrow(ApiError::noSuchPath);
        requirePlace(kind, place, request);
        Asked asked =
                new Asked(request, caller, platform ? TenantId.SYSTEM : tenant, kind, place.namespace(), place.name());
        about[0] = asked.about();
        if (place.subresource() != null) {
            subresource(asked, place.subresource(), exchange);
        } else if (watch) {
            watches.begin(asked, exchange);
        } else {
            objects.answer(asked, exchange);
        }
    }

    private static String verb(Request request, Place.Objects place, boolean watch) {
        return switch (request.method()) {
            case "GET" -> watch ? "watch" : place.name() == null ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> place.name() == null ? "deletecollection" : "delete";
            default -> throw ApiError.methodNotAllowed(request.method());
        };
    }

    /** An object of a namespace needs one; only lists and watches may do without. */
    private static void requirePlace(Kind kind, Place.Objects place, Request request) {
        boolean namespaced = kind.scope() == Kind.Scope.NAMESPACE;
        boolean whole = place.name() == null && request.method().equals("GET");
        if (namespaced && place.namespace() == null && !whole || !namespaced && place.namespace() != null) {
            throw ApiError.noSuchPath();
        }
    }

    private void subresource(Asked asked, String subresource, Exchange exchange) {
        boolean pod = asked.kind().equals(Kind.POD);
        switch (subresource) {
            case "status" -> objects.status(asked, exchange);
            case "scale" -> objects.scale(asked, exchange);
            case "log" -> {
                if (!pod || !asked.request().method().equals("GET")) {
                    throw ApiError.noSuchPath();
                }
                logs.answer(asked, exchange);
            }
            case "exec", "attach", "portforward", "proxy" ->
                throw pod
                        ? ApiError.notImplemented(subresource
                                + " is not there over HTTP: kochab:exec in the shell runs a command in a container")
                        : ApiError.noSuchPath();
            default -> throw ApiError.noSuchPath();
        }
    }

    /** Says whether the caller may do something. */
    private void review(Request request, Caller caller, TenantId tenant, Place.Objects place, Exchange exchange) {
        if (!place.resource().equals(Discovery.ACCESS_REVIEWS) || place.name() != null) {
            throw ApiError.noSuchPath();
        }
        if (!request.method().equals("POST")) {
            throw ApiError.methodNotAllowed(request.method());
        }
        ObjectNode review = Json.readObject(request.body());
        JsonNode wanted = Json.at(review, "spec.resourceAttributes");
        String group = wanted.path("group").asText("");
        String resource = wanted.path("resource").asText("");
        // Whoever asks about everything asks about the platform's kinds, too; all of those are built in.
        boolean platform = resource.equals("*")
                || ApiKinds.BUILT_IN
                        .find(group, resource)
                        .filter(k -> k.scope() == Kind.Scope.PLATFORM)
                        .isPresent();
        boolean allowed = wanted.isMissingNode()
                || authoriser.allows(
                        caller,
                        new Attempt(
                                wanted.path("verb").asText(""),
                                tenant,
                                platform,
                                group,
                                resource,
                                wanted.path("namespace").asText(null),
                                wanted.path("name").asText(null)));
        review.putObject("status").put("allowed", allowed);
        exchange.answer(201, review, List.of());
    }
}
