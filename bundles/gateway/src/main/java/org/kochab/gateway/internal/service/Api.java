package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiError.About;
import org.kochab.gateway.internal.core.ApiKinds;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Authoriser;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Discovery;
import org.kochab.gateway.internal.core.FieldSelector;
import org.kochab.gateway.internal.core.Form;
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

    private static final String EXEC = "exec";
    private static final String PORT_FORWARD = "portforward";

    private final Services services;
    private final Consumer<String> audit;
    private final RoleReads roles;
    private final ServiceAccounts accounts;
    private final Rechecks rechecks;
    private final Authoriser authoriser;
    private final Reviews reviews;
    private final Objects objects;
    private final Watches watches;
    private final PodLogs logs;
    private final Homes homes;
    private final PodExecs execs;
    private final PodForwards forwards;

    /**
     * @param streams places for watches; logs that are followed are counted as such
     * @param commands places for commands in containers and connections to ports
     * @param audit takes a line for each change and each denial; must not block
     */
    public Api(Services services, Shares streams, Shares commands, Consumer<String> audit) {
        this.services = services;
        this.audit = audit;
        roles = new RoleReads(services.resources());
        accounts = new ServiceAccounts(services);
        rechecks = new Rechecks(roles, accounts);
        authoriser = new RoleAuthoriser(roles);
        reviews = new Reviews(authoriser);
        objects = new Objects(services, new Grants(authoriser), roles);
        watches = new Watches(services, objects, streams, rechecks);
        logs = new PodLogs(services, streams, rechecks);
        execs = new PodExecs(services, commands, rechecks);
        forwards = new PodForwards(services, commands, rechecks);
        homes = new Homes(services);
    }

    /** The partition that a tenant is in, or the empty string while that is not known. Does not block. */
    public String home(TenantId tenant) {
        return homes.of(tenant);
    }

    /** Ends all that goes on. */
    public void close() {
        rechecks.close();
        roles.close();
        accounts.close();
        watches.close();
        homes.close();
    }

    /** @param caller empty if nobody has shown who they are */
    public void handle(Request request, Optional<Caller> caller, Exchange exchange) {
        if (caller.isPresent()) {
            answer(request, caller.get(), new Audited(exchange, request, caller.get(), services.clock(), audit));
        } else if (!isAboutHealth(request, exchange)) {
            exchange.refuse(
                    ApiError.unauthorized(
                            "a certificate of a user or a token of a service account is needed, which has not ended: kochab:kubeconfig makes either"),
                    null);
        }
    }

    /**
     * Who shows a token. Does not block.
     *
     * @throws ApiError if it is nobody, or cannot be known
     */
    public Caller caller(String token) {
        return accounts.caller(token);
    }

    private void answer(Request request, Caller caller, Audited exchange) {
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

    private boolean isAboutHealth(Request request, Exchange exchange) {
        return request.path().size() == 1 && answersHealth(request.path().get(0), exchange);
    }

    private void route(Request request, Caller caller, Audited exchange, @Nullable About[] about) {
        if (isAboutHealth(request, exchange)) {
            return;
        }
        accounts.require(caller);
        Target target = Target.of(request.path());
        TenantId tenant = target.tenant().orElse(caller.tenant());
        exchange.of(tenant);
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
            Audited exchange,
            @Nullable About[] about) {
        if (place.group().equals(Discovery.AUTHORIZATION)) {
            reviews.answer(request, caller, tenant, place, exchange);
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
                found.isPresent() && found.get() == Kind.NAMESPACE ? place.name() : place.namespace(),
                name(request, place));
        exchange.attempts(attempt);
        if (!authoriser.allows(caller, attempt)) {
            throw ApiError.forbidden(attempt.refusal(caller));
        }
        Kind kind = found.orElseThrow(ApiError::noSuchPath);
        requirePlace(kind, place, request);
        Asked asked =
                new Asked(request, caller, platform ? TenantId.SYSTEM : tenant, kind, place.namespace(), place.name());
        about[0] = asked.about();
        if (place.subresource() != null) {
            subresource(asked, attempt, place.subresource(), exchange);
        } else if (watch) {
            watches.begin(asked, attempt, exchange);
        } else {
            objects.answer(asked, exchange);
        }
    }

    /** Who asks for all of one name asks for that object. */
    private static @Nullable String name(Request request, Place.Objects place) {
        return place.name() == null && request.method().equals("GET")
                ? FieldSelector.of(request.parameter("fieldSelector")).known().get("metadata.name")
                : place.name();
    }

    /** A command in a container, or a connection to a port, is created, also by a WebSocket, which begins with GET: who may only read may not run one. */
    private static String verb(Request request, Place.Objects place, boolean watch) {
        boolean starts = EXEC.equals(place.subresource()) || PORT_FORWARD.equals(place.subresource());
        return switch (request.method()) {
            case "GET" -> starts ? "create" : watch ? "watch" : place.name() == null ? "list" : "get";
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

    private void subresource(Asked asked, Attempt attempt, String subresource, Exchange exchange) {
        boolean pod = asked.kind().equals(Kind.POD);
        switch (subresource) {
            case "status" -> objects.status(asked, exchange);
            case "scale" -> objects.scale(asked, exchange);
            case "log" -> {
                if (!pod || !asked.request().method().equals("GET")) {
                    throw ApiError.noSuchPath();
                }
                logs.answer(asked, attempt, exchange);
            }
            case "token" -> {
                if (!asked.kind().equals(Kind.SERVICE_ACCOUNT)
                        || !asked.request().method().equals("POST")) {
                    throw ApiError.noSuchPath();
                }
                accounts.issue(asked, (ServiceAccount) objects.read(asked), exchange);
            }
            case "eviction" -> {
                if (!pod || !asked.request().method().equals("POST")) {
                    throw ApiError.noSuchPath();
                }
                objects.evict(asked, exchange);
            }
            case EXEC, PORT_FORWARD -> {
                if (!pod) {
                    throw ApiError.noSuchPath();
                }
                // POST by SPDY, GET by a WebSocket.
                String method = asked.request().method();
                if (!method.equals("GET") && !method.equals("POST")) {
                    throw ApiError.methodNotAllowed(method);
                }
                if (subresource.equals(EXEC)) {
                    execs.answer(asked, attempt, exchange);
                } else {
                    forwards.answer(asked, attempt, exchange);
                }
            }
            case "attach", "proxy" ->
                throw pod
                        ? ApiError.notImplemented(
                                subresource
                                        + " is not there: kubectl exec runs a command in a container, kubectl logs shows what it writes")
                        : ApiError.noSuchPath();
            default -> throw ApiError.noSuchPath();
        }
    }
}
