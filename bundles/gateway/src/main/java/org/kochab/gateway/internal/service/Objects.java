package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiKinds;
import org.kochab.gateway.internal.core.Documents;
import org.kochab.gateway.internal.core.Eviction;
import org.kochab.gateway.internal.core.FieldSelector;
import org.kochab.gateway.internal.core.Json;
import org.kochab.gateway.internal.core.Patch;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.core.Scale;
import org.kochab.resourcetext.Selectors;

/** Reads and changes objects. Blocks as the resource service does; any thread. */
final class Objects {
    private static final int PAGE = 1_000;
    /** What is not asked for in pages is held as a whole. */
    private static final int MOST_AT_ONCE = 20_000;

    private static final int MOST_ATTEMPTS = 5;

    private final Services services;
    private final Grants grants;
    private final RoleReads roles;

    Objects(Services services, Grants grants, RoleReads roles) {
        this.services = services;
        this.grants = grants;
        this.roles = roles;
    }

    void answer(Asked asked, Exchange exchange) {
        try {
            ask(asked, exchange);
        } finally {
            // What failed may have been done.
            forgetRoles(asked);
        }
    }

    private void forgetRoles(Asked asked) {
        if (asked.kind().group().equals(Kind.ROLE.group())
                && !asked.request().method().equals("GET")) {
            roles.changed(asked.tenant());
        }
    }

    private void ask(Asked asked, Exchange exchange) {
        Request request = asked.request();
        boolean one = asked.name() != null;
        switch (request.method()) {
            case "GET" -> {
                if (one) {
                    show(asked, read(asked), 200, List.of(), exchange);
                } else {
                    list(asked, exchange);
                }
            }
            case "POST" -> {
                requireOne(!one, request);
                create(asked, exchange);
            }
            case "PUT" -> {
                requireOne(one, request);
                replace(asked, exchange, false);
            }
            case "PATCH" -> {
                requireOne(one, request);
                patch(asked, exchange, false);
            }
            case "DELETE" -> {
                requireOne(one, request);
                delete(asked, exchange);
            }
            default -> throw ApiError.methodNotAllowed(request.method());
        }
    }

    private static void requireOne(boolean right, Request request) {
        if (!right) {
            throw ApiError.methodNotAllowed(request.method());
        }
    }

    /** The status by itself: it is shown with the object, and changed without it. */
    void status(Asked asked, Exchange exchange) {
        if (!ApiKinds.hasStatus(asked.kind())) {
            throw ApiError.noSuchPath();
        }
        switch (asked.request().method()) {
            case "GET" -> show(asked, read(asked), 200, List.of(), exchange);
            case "PUT" -> replace(asked, exchange, true);
            case "PATCH" -> patch(asked, exchange, true);
            default -> throw ApiError.methodNotAllowed(asked.request().method());
        }
    }

    void scale(Asked asked, Exchange exchange) {
        if (!ApiKinds.isScalable(asked.kind())) {
            throw ApiError.noSuchPath();
        }
        Request request = asked.request();
        Resource now =
                switch (request.method()) {
                    case "GET" -> read(asked);
                    case "PUT" -> {
                        ObjectNode scale = Json.readObject(request.body());
                        yield changed(asked, object -> Scale.into(object, scale), false)
                                .resource();
                    }
                    case "PATCH" -> {
                        Patch patch = Patch.of(request);
                        yield changed(asked, object -> Scale.into(object, patch.apply(Scale.of(object))), false)
                                .resource();
                    }
                    default -> throw ApiError.methodNotAllowed(request.method());
                };
        exchange.answer(200, Scale.of(json(now)), List.of());
    }

    private void show(Asked asked, Resource resource, int code, List<String> warnings, Exchange exchange) {
        Documents documents = Documents.of(services.codec(), asked.served(), asked.request());
        // Before the answer: who has it may ask at once for what the new roles allow.
        forgetRoles(asked);
        exchange.answer(code, documents.one(resource, services.clock().get()), warnings);
    }

    private ObjectNode json(Resource resource) {
        return Documents.json(services.codec(), resource);
    }

    Resource read(Asked asked) {
        return services.resources().get(asked.ref()).orElseThrow(asked::missing);
    }

    // ---- lists

    static Query query(Asked asked, FieldSelector fields) {
        return Query.namespace(asked.namespace())
                .withLabels(Selectors.labels(asked.request().parameter("labelSelector")))
                .withFields(fields.known());
    }

    private void list(Asked asked, Exchange exchange) {
        Documents documents = Documents.of(services.codec(), asked.served(), asked.request());
        Long limit = asked.request().number("limit", 0);
        FieldSelector fields = FieldSelector.of(asked.request().parameter("fieldSelector"));
        Query query = query(asked, fields);
        Listed listed;
        if (limit == null || limit == 0) {
            listed = all(asked, query);
        } else {
            ResourcePage page = services.resources()
                    .list(
                            asked.tenant(),
                            asked.kind(),
                            query.page(
                                    (int) Math.min(limit, 10_000),
                                    Optional.ofNullable(asked.request().parameter("continue"))));
            listed = new Listed(page.items(), page.resourceVersion(), page.next(), page.unreachable());
        }
        List<Resource> wanted = fields.left().isEmpty()
                ? listed.items()
                : listed.items().stream().filter(r -> fields.matches(json(r))).toList();
        List<String> warnings = new ArrayList<>();
        if (!listed.unreachable().isEmpty()) {
            warnings.add(
                    "not all is shown, for these cannot be reached now: " + String.join(", ", listed.unreachable()));
        }
        if (asked.kind().equals(Kind.POD)
                && asked.tenant().equals(TenantId.SYSTEM)
                && fields.known().containsKey("spec.nodeName")) {
            // What an operator's kubectl drain and describe node ask for.
            warnings.add("these are the pods of tenant system only: with --server https://HOST:PORT/tenants/NAME it is"
                    + " another tenant's, and kochab:node-drain ends those of all tenants");
        }
        exchange.answer(
                200,
                documents.list(
                        wanted,
                        listed.version(),
                        listed.next(),
                        services.clock().get()),
                warnings);
    }

    /** @param version a watch from here misses nothing */
    record Listed(List<Resource> items, String version, Optional<String> next, List<String> unreachable) {}

    /** The whole list, if it is not too much at once. */
    Listed all(Asked asked, Query query) {
        List<Resource> items = new ArrayList<>();
        TreeSet<String> unreachable = new TreeSet<>();
        Optional<String> next = Optional.empty();
        ResourcePage page;
        do {
            page = services.resources().list(asked.tenant(), asked.kind(), query.page(PAGE, next));
            items.addAll(page.items());
            unreachable.addAll(page.unreachable());
            next = page.next();
            if (items.size() > MOST_AT_ONCE) {
                throw ApiError.badRequest("there are more than " + MOST_AT_ONCE + " "
                        + asked.kind().plural() + ": ask for them in pages, with limit and continue");
            }
        } while (next.isPresent());
        return new Listed(items, page.resourceVersion(), Optional.empty(), List.copyOf(unreachable));
    }

    // ---- changes

    /**
     * An object that a client sent, with the place that the path names.
     *
     * @param warnings one for each field that was dropped
     */
    private record Sent(Resource resource, List<String> warnings) {}

    private Sent sent(Asked asked, byte[] body) {
        Codec.Manifest manifest = services.codec().manifest(kept(asked, body), Codec.UnknownFields.WARN, kinds(asked));
        if (manifest.resources().size() != 1) {
            throw ApiError.badRequest("the body has " + manifest.resources().size() + " objects: send one at a time");
        }
        Resource resource = manifest.resources().get(0);
        Kind kind = asked.kind();
        ObjectMeta meta = resource.metadata();
        require("kind", resource.kind(), kind.name());
        require("apiVersion", resource.apiVersion(), kind.apiVersion());
        require("metadata.namespace", meta.namespace(), asked.namespace());
        if (asked.name() != null) {
            require("metadata.name", meta.name(), asked.name());
        }
        if (kind.scope() == Kind.Scope.PLATFORM) {
            return new Sent(resource, manifest.warnings());
        }
        require("metadata.tenant", meta.tenant(), asked.tenant().value());
        ObjectMeta placed = meta.withPlace(asked.tenant().value(), asked.namespace());
        return new Sent(resource.withMetadata(placed), manifest.warnings());
    }

    /** The body in the version that the platform has. */
    private static byte[] kept(Asked asked, byte[] body) {
        if (asked.served().equals(asked.kind())) {
            return body;
        }
        ObjectNode object = Json.readObject(body);
        require("apiVersion", object.path("apiVersion").asText(), asked.served().apiVersion());
        return Json.bytes(object.put("apiVersion", asked.kind().apiVersion()));
    }

    private static List<Kind> kinds(Asked asked) {
        List<Kind> kinds = new ArrayList<>(Kind.BUILT_IN);
        if (asked.kind().isCustom()) {
            kinds.add(asked.kind());
        }
        return kinds;
    }

    /** On behalf of the caller, for those who are asked about writes; the tenant is one of its groups. */
    private ResourceService writes(Asked asked) {
        List<String> groups = new ArrayList<>(asked.caller().groups());
        groups.add(UserIdentities.TENANT + asked.caller().tenant());
        return services.resources().as(new Requester(asked.caller().user(), groups));
    }

    private static void require(String field, @Nullable String sent, @Nullable String wanted) {
        if (sent != null && !sent.isEmpty() && !sent.equals(wanted)) {
            throw ApiError.badRequest(field + " is '" + sent + "', but the path says "
                    + (wanted == null ? "that there is none" : "'" + wanted + "'"));
        }
    }

    private void create(Asked asked, Exchange exchange) {
        Sent sent = sent(asked, asked.request().body());
        grants.require(asked, null, sent.resource());
        Resource stored = asked.request().dryRun()
                ? wouldBe(asked, sent.resource())
                : writes(asked).create(asked.tenant(), sent.resource());
        show(asked, stored, 201, sent.warnings(), exchange);
    }

    private Resource wouldBe(Asked asked, Resource resource) {
        String name = resource.metadata().name();
        Asked named =
                new Asked(asked.request(), asked.caller(), asked.tenant(), asked.served(), asked.namespace(), name);
        if (name != null && services.resources().get(named.ref()).isPresent()) {
            throw new ApiError(409, "AlreadyExists", asked.kind().plural() + " \"" + name + "\" already exists");
        }
        return writes(asked).dryRun(asked.tenant(), resource).resource();
    }

    private void replace(Asked asked, Exchange exchange, boolean status) {
        ObjectNode body = Json.readObject(asked.request().body());
        Changed changed = changed(asked, current -> body, status);
        show(asked, changed.resource(), 200, changed.warnings(), exchange);
    }

    private void patch(Asked asked, Exchange exchange, boolean status) {
        Patch patch = Patch.of(asked.request());
        Changed changed = changed(asked, patch::apply, status);
        show(asked, changed.resource(), 200, changed.warnings(), exchange);
    }

    private record Changed(Resource resource, List<String> warnings) {}

    /**
     * Changes an object. Somebody else's change in between is a reason to try again with what is there then, unless the change itself names the {@code
     * resourceVersion} that it is for.
     */
    private Changed changed(Asked asked, UnaryOperator<ObjectNode> change, boolean status) {
        for (int attempt = 1; ; attempt++) {
            Resource current = read(asked);
            ObjectNode before = json(current).put("apiVersion", asked.served().apiVersion());
            String version = String.valueOf(current.metadata().resourceVersion());
            ObjectNode after = change.apply(before);
            String named = Json.at(after, "metadata.resourceVersion").asText("");
            boolean free = named.isEmpty() || named.equals(version);
            Sent sent = sent(asked, Json.bytes(after));
            Resource wanted = sent.resource()
                    .withMetadata(sent.resource().metadata().withResourceVersion(free ? version : named));
            grants.require(asked, current, wanted);
            try {
                return new Changed(stored(asked, wanted, status), sent.warnings());
            } catch (ResourceException e) {
                if (e.reason() != ResourceException.Reason.CONFLICT || !free || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Resource stored(Asked asked, Resource wanted, boolean status) {
        if (asked.request().dryRun()) {
            return writes(asked).dryRun(asked.tenant(), wanted).resource();
        }
        return status
                ? writes(asked).updateStatus(asked.tenant(), wanted)
                : writes(asked).update(asked.tenant(), wanted);
    }

    // ---- deletion

    void evict(Asked asked, Exchange exchange) {
        DeleteOptions options = Eviction.of(asked.request(), String.valueOf(asked.name()));
        try {
            writes(asked).evict(asked.ref(), options);
        } catch (ResourceException e) {
            throw e.reason() == ResourceException.Reason.BUSY ? ApiError.disrupting(String.valueOf(e.getMessage())) : e;
        }
        exchange.answer(201, Eviction.done(), List.of());
    }

    private void delete(Asked asked, Exchange exchange) {
        Request request = asked.request();
        ObjectNode options = request.body().length == 0 ? Json.object() : Json.readObject(request.body());
        String policy = options.path("propagationPolicy").asText(request.text("propagationPolicy"));
        boolean orphan =
                switch (policy) {
                    case "", "Background", "Foreground" ->
                        options.path("orphanDependents").asBoolean(request.flag("orphanDependents"));
                    case "Orphan" -> true;
                    default ->
                        throw ApiError.badRequest(
                                "propagationPolicy is '" + policy + "': use Background, Foreground or Orphan");
                };
        boolean dry = request.dryRun() || !options.path("dryRun").isEmpty();
        String uid = Json.at(options, "preconditions.uid").asText(null);
        JsonNode grace = options.path("gracePeriodSeconds");
        Long seconds = grace.canConvertToLong() && grace.isNumber()
                ? Long.valueOf(grace.asLong())
                : request.number("gracePeriodSeconds", 0);
        Resource gone =
                dry ? read(asked) : writes(asked).delete(asked.ref(), new DeleteOptions(seconds, orphan, uid, false));
        show(asked, gone, 200, List.of(), exchange);
    }
}
