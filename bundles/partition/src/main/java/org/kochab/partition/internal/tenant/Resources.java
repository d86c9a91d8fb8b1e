package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.partition.internal.core.tenant.BuiltIns;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Selection;
import org.kochab.partition.internal.remote.OpenReads;

/** Finds the partition an object belongs to, and asks it. */
final class Resources implements ResourceService {
    private static final int MOST_OBJECTS = 100_000;
    /** A tenant's partition may change, or begin to go, while the tenant is stored. */
    private static final int MOST_PLACINGS = 8;

    private final Workshop shop;
    private final TenantDirectory directory;
    private final NodeObjects nodes;
    private final Predicate<String> isOutOfSight;
    private final Admission admission;
    private final Gate gate;

    /**
     * @param isOutOfSight whether a node's resource manager cannot be reached now
     * @param requester who asks
     */
    Resources(
            Workshop shop,
            TenantDirectory directory,
            NodeObjects nodes,
            Predicate<String> isOutOfSight,
            Admission admission,
            Requester requester) {
        this.admission = admission;
        this.gate = admission.gate(requester);
        this.isOutOfSight = isOutOfSight;
        this.shop = shop;
        this.directory = directory;
        this.nodes = nodes;
    }

    @Override
    public ResourceService as(Requester requester) {
        return new Resources(shop, directory, nodes, isOutOfSight, admission, requester);
    }

    @Override
    public List<Kind> kinds(TenantId tenant) {
        return shop.kinds().lookup(tenant).kinds();
    }

    /** The kind, or {@link Kind#ANY_CUSTOM} for one that is looked up where the tenant is. */
    private Kind kind(TenantId tenant, Resource resource) {
        Kind kind = resource instanceof CustomObject
                ? Kind.ANY_CUSTOM
                : shop.rules().kind(resource);
        requireSystem(tenant, kind);
        return kind;
    }

    private Kind served(TenantId tenant, Kind kind) {
        requireSystem(tenant, kind);
        return kind.isCustom() ? shop.kinds().lookup(tenant).served(kind) : kind;
    }

    private ResourceRef served(ResourceRef ref) {
        return new ResourceRef(ref.tenant(), served(ref.tenant(), ref.kind()), ref.namespace(), ref.name());
    }

    private static void requireSystem(TenantId tenant, Kind kind) {
        if (kind.scope() == Kind.Scope.PLATFORM && !tenant.equals(TenantId.SYSTEM)) {
            throw new ResourceException(
                    Reason.INVALID, kind.plural() + " are the platform's; ask for them as tenant " + TenantId.SYSTEM);
        }
    }

    private <T> T at(TenantId tenant, Kind kind, Function<TenantObjects, T> ask) {
        try {
            return kind == Kind.TENANT ? ask.apply(directory.objects()) : directory.call(tenant, ask);
        } finally {
            if (kind == Kind.CUSTOM_RESOURCE_DEFINITION && tenant.equals(TenantId.SYSTEM)) {
                shop.kinds().forget();
            }
        }
    }

    @Override
    public Resource create(TenantId tenant, Resource resource) {
        Kind kind = kind(tenant, resource);
        if (kind == Kind.TENANT) {
            return createTenant((Tenant) resource);
        }
        if (kind == Kind.NODE) {
            throw noManifest();
        }
        return at(tenant, kind, objects -> objects.create(tenant, resource, gate));
    }

    private static ResourceException noManifest() {
        return new ResourceException(
                Reason.INVALID,
                "kind: nodes are not made from manifests; start an edge agent on the host, and it registers itself");
    }

    private Resource createTenant(Tenant tenant) {
        shop.rules().drafts(TenantId.SYSTEM).draft(tenant);
        for (int attempt = 1; ; attempt++) {
            try {
                Resource stored = directory.objects().create(TenantId.SYSTEM, directory.placed(tenant), gate);
                directory.awaitSetUp(
                        new TenantId(String.valueOf(stored.metadata().name())));
                return stored;
            } catch (ResourceException e) {
                if (e.reason() != Reason.CONFLICT || attempt == MOST_PLACINGS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public List<Outcome> createAll(TenantId tenant, List<Resource> resources) {
        if (resources.size() > MOST_OBJECTS) {
            throw new ResourceException(
                    Reason.INVALID, resources.size() + " objects at once; send at most " + MOST_OBJECTS);
        }
        if (resources.stream().noneMatch(r -> r instanceof Tenant || r instanceof Node)) {
            TenantObjects.Outcomes outcomes = new TenantObjects.Outcomes(resources.size());
            return directory.call(tenant, objects -> {
                objects.createAll(tenant, resources, outcomes, gate);
                return outcomes.all();
            });
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Resource r : resources) {
            try {
                outcomes.add(new Outcome.Stored(create(tenant, r)));
            } catch (ResourceException e) {
                outcomes.add(new Outcome.Refused(e.reason(), e.getMessage()));
            }
        }
        return outcomes;
    }

    @Override
    public Applied apply(TenantId tenant, Resource resource) {
        return apply(tenant, resource, false);
    }

    @Override
    public Applied dryRun(TenantId tenant, Resource resource) {
        return apply(tenant, resource, true);
    }

    private Applied apply(TenantId tenant, Resource resource, boolean dry) {
        Kind kind = kind(tenant, resource);
        if (kind == Kind.NODE) {
            return nodes.apply(shop.rules().drafts(tenant).draft(resource), dry, gate);
        }
        if (kind == Kind.TENANT) {
            Resource draft = shop.rules().drafts(tenant).draft(resource);
            ResourceRef ref = new ResourceRef(
                    TenantId.SYSTEM, kind, null, String.valueOf(draft.metadata().name()));
            if (directory.objects().get(ref).isEmpty()) {
                Tenant placed = directory.placed((Tenant) draft);
                return new Applied(
                        dry ? directory.objects().dryCreate(tenant, placed, gate) : createTenant(placed),
                        Applied.Change.CREATED);
            }
        }
        return at(tenant, kind, objects -> objects.apply(tenant, resource, dry, gate));
    }

    @Override
    public Resource update(TenantId tenant, Resource resource) {
        Kind kind = kind(tenant, resource);
        requireStored(tenant, kind, String.valueOf(resource.metadata().name()));
        return kind == Kind.NODE
                ? nodes.update(resource, gate)
                : at(tenant, kind, objects -> objects.update(tenant, resource, false, gate));
    }

    @Override
    public Resource updateStatus(TenantId tenant, Resource resource) {
        Kind kind = kind(tenant, resource);
        if (kind == Kind.NODE) {
            throw new ResourceException(Reason.INVALID, "status: a node's status is its resource manager's to say");
        }
        return at(tenant, kind, objects -> objects.updateStatus(tenant, resource));
    }

    @Override
    public Optional<Resource> get(ResourceRef asked) {
        ResourceRef ref = served(asked);
        return ref.kind() == Kind.NODE
                ? nodes.get(ref.name())
                : at(ref.tenant(), ref.kind(), objects -> objects.get(ref))
                        .or(() -> BuiltIns.find(ref.tenant(), ref.kind(), ref.name()));
    }

    @Override
    public ResourcePage list(TenantId tenant, Kind asked, Query query) {
        Kind kind = served(tenant, asked);
        Selection selection = new Selection(shop.rules(), kind, query);
        if (kind == Kind.NODE) {
            return nodes.list(query, selection);
        }
        ResourcePage page = at(
                tenant,
                kind,
                objects -> ObjectLists.list(objects.committer(), shop.decoded(), tenant, kind, query, selection));
        List<Resource> builtIn = BuiltIns.of(tenant, kind);
        return builtIn.isEmpty() ? page : ObjectLists.with(builtIn, page, query, selection);
    }

    @Override
    public Resource delete(ResourceRef asked, DeleteOptions options) {
        ResourceRef ref = served(asked);
        if (ref.kind() == Kind.NODE) {
            return nodes.remove(ref.name(), gate);
        }
        requireRemovable(ref);
        requireStored(ref.tenant(), ref.kind(), ref.name());
        requireUnused(ref);
        return at(ref.tenant(), ref.kind(), objects -> objects.delete(ref, options, gate));
    }

    @Override
    public Resource evict(ResourceRef pod, DeleteOptions options) {
        return at(pod.tenant(), Kind.POD, objects -> objects.evict(pod, options, gate));
    }

    private static void requireRemovable(ResourceRef ref) {
        boolean kept = ref.kind() == Kind.NAMESPACE && TenantLifecycle.NAMESPACES.contains(ref.name())
                || ref.kind() == Kind.TENANT && ref.name().equals(TenantId.SYSTEM.value());
        if (kept) {
            throw new ResourceException(
                    Reason.INVALID,
                    ref + " cannot be deleted: "
                            + (ref.kind() == Kind.TENANT ? "it is the platform's" : "every tenant has it")
                            + "; delete what is in it instead");
        }
    }

    private static void requireStored(TenantId tenant, Kind kind, String name) {
        if (BuiltIns.find(tenant, kind, name).isPresent()) {
            throw new ResourceException(Reason.INVALID, "metadata.name: " + BuiltIns.refusal(kind, name));
        }
    }

    /** A shared kind goes only when no tenant has any of it; a tenant that cannot be asked may have some. */
    private void requireUnused(ResourceRef ref) {
        if (ref.kind() != Kind.CUSTOM_RESOURCE_DEFINITION || !ref.tenant().equals(TenantId.SYSTEM)) {
            return;
        }
        shop.kinds().forget();
        List<Kind> shared = get(ref).map(d -> ((CustomResourceDefinition) d).kinds()).orElse(List.of()).stream()
                .filter(k -> !k.isOfTenant())
                .toList();
        if (shared.isEmpty()) {
            return;
        }
        for (TenantId tenant : directory.all()) {
            String prefix = ObjectKeys.prefix(tenant, shared.get(0), null);
            boolean some = directory.call(tenant, objects -> objects.committer()
                    .read(p -> OpenReads.all(
                            p, tenant, home -> !p.list(prefix, 1).entries().isEmpty())));
            if (some) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        ref + " is shared, and tenant " + tenant + " still has "
                                + shared.get(0).plural() + "; delete those of all tenants first");
            }
        }
    }

    @Override
    public ResourceWatch watch(TenantId tenant, Kind asked, Query query, String resourceVersion) {
        Kind kind = served(tenant, asked);
        Selection selection = new Selection(shop.rules(), kind, query);
        if (kind == Kind.NODE) {
            return nodes.watch(query, resourceVersion, selection);
        }
        String prefix = ObjectKeys.prefix(tenant, kind, query.namespace());
        long version = PageToken.revision(resourceVersion);
        ObjectWatch.Source source;
        try {
            source = kind == Kind.TENANT
                    ? directory.objects().committer().read(p -> platformWatch(p, prefix, version))
                    : directory.call(
                            tenant,
                            objects -> TenantWatch.open(directory, tenant, prefix, objects.committer(), version));
        } catch (NotLeaderException e) {
            throw new ResourceException(Reason.GONE, e.getMessage() + "; list again");
        }
        return new ObjectWatch(List.of(source), shop.decoded(), kind, selection);
    }

    private static ObjectWatch.Source platformWatch(Partition p, String prefix, long revision) {
        try {
            return ObjectWatch.Source.of(p.watch(prefix, revision));
        } catch (GoneException e) {
            throw new ResourceException(Reason.GONE, e.getMessage());
        }
    }
}
