package org.kochab.partition.internal.tenant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Changes.Next;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.remote.OpenReads;
import org.kochab.partition.internal.remote.OpenReads.Found;

/**
 * Changes objects of one tenant partition. Every change is conditional on the revision it was computed from, and computed again when somebody
 * was faster. Any thread; blocks as {@link Committer} does.
 */
final class TenantObjects implements Gate.Reads {
    private static final int MOST_READ = 1_000;
    private static final int MOST_ATTEMPTS = 64;

    private final Workshop shop;
    private final Committer committer;
    private final Consumer<ResourceRef> requireEmpty;
    private final Function<Resource, Precondition> guard;

    /** Of a tenant partition. */
    TenantObjects(Workshop shop, Committer committer) {
        this.shop = shop;
        this.committer = committer;
        this.requireEmpty = this::requireEmpty;
        this.guard = object -> {
            throw new IllegalStateException("a tenant partition has no platform objects");
        };
    }

    /**
     * Of the directory, which holds the tenants.
     *
     * @param requireEmpty fails with {@code CONFLICT} if a tenant holds something
     * @param guard what must hold of a new tenant's partition
     */
    TenantObjects(
            Workshop shop,
            Committer committer,
            Consumer<ResourceRef> requireEmpty,
            Function<Resource, Precondition> guard) {
        this.guard = guard;
        this.shop = shop;
        this.committer = committer;
        this.requireEmpty = requireEmpty;
    }

    Committer committer() {
        return committer;
    }

    @Override
    public Optional<Resource> get(ResourceRef ref) {
        return entry(ref).map(e -> shop.decoded().decode(e, ref.kind()));
    }

    @Override
    public List<Resource> some(TenantId tenant, Kind kind, @Nullable String namespace) {
        String prefix = ObjectKeys.prefix(tenant, kind, namespace);
        return committer.read(p -> p.list(prefix, MOST_READ)).entries().stream()
                .map(e -> shop.decoded().decode(e, kind))
                .toList();
    }

    private Optional<Entry> entry(ResourceRef ref) {
        return found(ref).entry();
    }

    private Found found(ResourceRef ref) {
        String key = ObjectKeys.key(ref);
        return committer.read(p -> OpenReads.found(p, key));
    }

    Resource create(TenantId tenant, Resource manifest, Gate gate) {
        Outcomes outcomes = new Outcomes(1);
        createAll(tenant, List.of(manifest), outcomes, gate);
        Outcome outcome = outcomes.all().get(0);
        if (outcome instanceof Outcome.Stored stored) {
            return stored.resource();
        }
        Outcome.Refused refused = (Outcome.Refused) outcome;
        throw new ResourceException(refused.reason(), refused.message());
    }

    /** What became of each of many; null as long as nothing is known. */
    static final class Outcomes {
        private final List<@Nullable Outcome> known;

        Outcomes(int size) {
            this.known = new ArrayList<>(java.util.Collections.nCopies(size, null));
        }

        List<Outcome> all() {
            return List.copyOf(known);
        }
    }

    /**
     * Creates those of which nothing is known yet.
     *
     * @throws FencedException if there are such left, for the tenant is being moved
     */
    void createAll(TenantId tenant, List<Resource> manifests, Outcomes outcomes, Gate gate) {
        List<Creation> creations = new ArrayList<>(manifests.size());
        Set<String> keys = new HashSet<>();
        Intake intake = intake(tenant, gate, false);
        Instant now = shop.now();
        for (int i = 0; i < manifests.size(); i++) {
            if (outcomes.known.get(i) != null) {
                continue;
            }
            try {
                Intake.Draft draft = intake.draft(manifests.get(i));
                Creation c = creation(tenant, draft.kind(), draft.object(), i, now, keys);
                if (!keys.add(c.key)) {
                    throw exists(c.ref);
                }
                creations.add(c);
            } catch (ResourceException e) {
                outcomes.known.set(i, new Outcome.Refused(e.reason(), e.getMessage()));
            }
        }
        List<CommitResult> results;
        creations.forEach(c -> shop.decoded().coming(c.key, c.bytes, c.object));
        try {
            results = Chunks.commit(
                    committer, creations.stream().map(c -> c.change).toList());
            for (int i = 0; i < creations.size(); i++) {
                Creation c = creations.get(i);
                if (!isFenced(results.get(i))) {
                    outcomes.known.set(c.index, outcome(c, results.get(i)));
                }
            }
        } finally {
            creations.forEach(c -> shop.decoded().notComing(c.key, c.bytes));
        }
        results.forEach(TenantObjects::requireOpen);
    }

    private Intake intake(TenantId tenant, Gate gate, boolean dry) {
        return new Intake(shop, tenant, gate, this, dry);
    }

    /** What a creation would store. */
    Resource dryCreate(TenantId tenant, Resource manifest, Gate gate) {
        return intake(tenant, gate, true).draft(manifest).object();
    }

    private record Creation(
            int index, ResourceRef ref, String key, Resource object, byte[] bytes, Chunks.Change change) {
        /** For messages: the same for all whose names are generated alike, so that who tries again and again says the same. */
        String shown() {
            String start = object.metadata().generateName();
            return start == null || !ref.name().startsWith(start)
                    ? ref.toString()
                    : ref.kind().name() + " " + (ref.namespace() == null ? "" : ref.namespace() + "/") + start + "*";
        }
    }

    /** @param beside keys of what is created with it */
    private Creation creation(TenantId tenant, Kind kind, Resource draft, int index, Instant now, Set<String> beside) {
        ObjectMeta meta = draft.metadata();
        String namespace = kind.scope() == Kind.Scope.NAMESPACE ? meta.namespace() : null;
        String name = meta.name() == null || meta.name().isEmpty()
                ? shop.random()
                        .name(
                                String.valueOf(meta.generateName()),
                                n -> isTaken(new ResourceRef(tenant, kind, namespace, n), beside))
                : meta.name();
        ResourceRef ref = new ResourceRef(tenant, kind, namespace, name);
        Resource object =
                shop.changes().created(kind, draft, name, shop.random().uid(), now);
        String key = ObjectKeys.key(ref);
        Found found = found(ref);
        if (found.entry().isPresent()) {
            throw exists(ref);
        }
        byte[] bytes = shop.encode(object, found.home().era());
        List<Operation> operations = new ArrayList<>(List.of(new Operation.Put(key, bytes)));
        door(ref).ifPresent(open -> operations.add(new Operation.Put(open, new byte[0])));
        if (kind == Kind.NAMESPACE) {
            operations.add(shop.defaultAccount(tenant, name, found.home().era()));
        }
        Precondition absent = new Precondition.Absent(key);
        List<Precondition> preconditions = new ArrayList<>(
                switch (kind.scope()) {
                    case PLATFORM -> List.of(absent, guard.apply(object));
                    case TENANT ->
                        List.of(
                                found.home().here(tenant),
                                new Precondition.Present(ObjectKeys.openTenant(tenant)),
                                absent);
                    case NAMESPACE ->
                        List.of(
                                found.home().here(tenant),
                                new Precondition.Present(
                                        ObjectKeys.openNamespace(tenant, String.valueOf(ref.namespace()))),
                                absent);
                });
        if (kind.isOfTenant()) {
            preconditions.add(new Precondition.Present(openKind(ref)));
        }
        return new Creation(index, ref, key, object, bytes, new Chunks.Change(preconditions, operations));
    }

    private boolean isTaken(ResourceRef ref, Set<String> beside) {
        return beside.contains(ObjectKeys.key(ref)) || entry(ref).isPresent();
    }

    /** What is there as long as new objects are welcome in a namespace, or of a kind that is defined; nothing for other objects. */
    private static Optional<String> door(ResourceRef ref) {
        if (ref.kind() == Kind.NAMESPACE) {
            return Optional.of(ObjectKeys.openNamespace(ref.tenant(), ref.name()));
        }
        return ref.kind() == Kind.CUSTOM_RESOURCE_DEFINITION
                ? Optional.of(ObjectKeys.openKind(ref.tenant(), ref.name()))
                : Optional.empty();
    }

    private static String openKind(ResourceRef ref) {
        return ObjectKeys.openKind(
                ref.tenant(), ref.kind().plural() + "." + ref.kind().group());
    }

    private static ResourceException exists(ResourceRef ref) {
        return new ResourceException(
                Reason.ALREADY_EXISTS, ref + " exists already; choose another name, or use apply to change it");
    }

    private Outcome outcome(Creation c, CommitResult result) {
        if (result instanceof CommitResult.Committed committed) {
            return new Outcome.Stored(shop.decoded().stored(c.key, c.bytes, committed.revision(), c.object));
        }
        if (result instanceof CommitResult.Refused refused) {
            return new Outcome.Refused(
                    Reason.INVALID, refusal(c.shown(), refused).getMessage());
        }
        CommitResult.Conflict conflict = (CommitResult.Conflict) result;
        ResourceException e = conflict.key().equals(c.key)
                ? exists(c.ref)
                : c.ref.kind() == Kind.TENANT
                        ? partitionChanged(c.ref)
                        : conflict.key().equals(openKind(c.ref)) ? undefined(c.ref) : closed(c.ref);
        return new Outcome.Refused(e.reason(), e.getMessage());
    }

    static ResourceException refusal(String what, CommitResult.Refused refused) {
        return new ResourceException(Reason.INVALID, what + " is refused: " + refused.message());
    }

    private static ResourceException partitionChanged(ResourceRef ref) {
        return new ResourceException(
                Reason.CONFLICT, "the partition of " + ref + " was changed in this very moment; try again");
    }

    private static ResourceException undefined(ResourceRef ref) {
        return new ResourceException(
                Reason.INVALID,
                "kind: the definition of " + ref.kind().name() + " is being deleted; nothing new can be created of it");
    }

    /** Why nothing can be created there. */
    private ResourceException closed(ResourceRef ref) {
        if (ref.namespace() == null) {
            return new ResourceException(
                    Reason.INVALID, "metadata.tenant: tenant " + ref.tenant() + " is being deleted, or not yet set up");
        }
        ResourceRef namespace = new ResourceRef(ref.tenant(), Kind.NAMESPACE, null, ref.namespace());
        return get(namespace).isPresent()
                ? new ResourceException(
                        Reason.INVALID,
                        "metadata.namespace: namespace " + ref.namespace()
                                + " is being deleted; nothing new can be created in it")
                : new ResourceException(
                        Reason.NOT_FOUND,
                        "metadata.namespace: there is no namespace " + ref.namespace() + "; create it first");
    }

    Applied apply(TenantId tenant, Resource manifest, boolean dry, Gate gate) {
        Kind kind = shop.kinds().lookup(tenant).kind(manifest);
        Resource draft = shop.rules().drafts(tenant).draft(kind, manifest);
        ObjectMeta meta = draft.metadata();
        if (meta.name() == null || meta.name().isEmpty()) {
            throw new ResourceException(
                    Reason.INVALID,
                    "metadata.name: is required to apply; metadata.generateName only works with create");
        }
        ResourceRef ref = new ResourceRef(
                tenant, kind, kind.scope() == Kind.Scope.NAMESPACE ? meta.namespace() : null, meta.name());
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Found found = found(ref);
            Optional<Entry> entry = found.entry();
            if (entry.isEmpty()) {
                if (dry) {
                    shop.kinds().lookup(tenant).requireFree(draft);
                    if (get(above(ref)).isEmpty() && ref.namespace() != null) {
                        throw closed(ref);
                    }
                    return new Applied(dryCreate(tenant, manifest, gate), Applied.Change.CREATED);
                }
                try {
                    return new Applied(create(tenant, manifest, gate), Applied.Change.CREATED);
                } catch (ResourceException e) {
                    if (e.reason() != Reason.ALREADY_EXISTS) {
                        throw e;
                    }
                    continue;
                }
            }
            Resource current = shop.decoded().decode(entry.get(), kind);
            Resource written = gate.mutated(ref, current, Intake.placed(manifest, draft), dry, this);
            Next next = shop.changes().applied(kind, current, written);
            gate.admit(ref, current, next, dry, this);
            if (next instanceof Next.Same same) {
                return new Applied(same.object(), Applied.Change.UNCHANGED);
            }
            if (dry) {
                return new Applied(next instanceof Next.Store s ? s.object() : current, Applied.Change.CONFIGURED);
            }
            Optional<Resource> stored = store(ref, entry.get(), found.home(), next);
            if (stored.isPresent()) {
                return new Applied(stored.get(), Applied.Change.CONFIGURED);
            }
        }
        throw contested(ref);
    }

    private static ResourceRef above(ResourceRef ref) {
        return new ResourceRef(
                ref.tenant(), Kind.NAMESPACE, null, ref.namespace() == null ? ref.name() : ref.namespace());
    }

    /** @param platform whether the caller may change the platform's own finalizers */
    Resource update(TenantId tenant, Resource wanted, boolean platform, Gate gate) {
        return update(tenant, shop.kinds().lookup(tenant).kind(wanted), wanted, platform, gate);
    }

    Resource update(TenantId tenant, Kind kind, Resource wanted, boolean platform, Gate gate) {
        return change(tenant, kind, wanted, (ref, current) -> {
            Resource asked = gate.mutated(ref, current, wanted, false, this);
            Next next = shop.changes()
                    .updated(kind, current, platform ? asked : shop.changes().keepingFinalizers(current, asked));
            gate.admit(ref, current, next, false, this);
            return next;
        });
    }

    Resource updateStatus(TenantId tenant, Resource wanted) {
        Kind kind = shop.kinds().lookup(tenant).kind(wanted);
        return change(tenant, kind, wanted, (ref, current) -> shop.changes().withStatus(kind, current, wanted));
    }

    private Resource change(
            TenantId tenant, Kind kind, Resource wanted, BiFunction<ResourceRef, Resource, Next> change) {
        ResourceRef ref = new ResourceRef(
                tenant,
                kind,
                kind.scope() == Kind.Scope.NAMESPACE ? wanted.metadata().namespace() : null,
                String.valueOf(wanted.metadata().name()));
        String version = wanted.metadata().resourceVersion();
        if (version == null) {
            throw new ResourceException(
                    Reason.INVALID, "metadata.resourceVersion: is required; read the object and send what you read");
        }
        while (true) {
            Found found = found(ref);
            Entry entry = found.entry().orElseThrow(() -> notFound(ref));
            if (!version.equals(Decoded.version(entry))) {
                throw changed(ref);
            }
            Next next = change.apply(ref, shop.decoded().decode(entry, kind));
            if (next instanceof Next.Same same) {
                return same.object();
            }
            // An object that went and came back has another revision, but the same version.
            Optional<Resource> stored = store(ref, entry, found.home(), next);
            if (stored.isPresent()) {
                return stored.get();
            }
        }
    }

    /** @return empty if somebody else was faster */
    private Optional<Resource> store(ResourceRef ref, Entry entry, Home home, Next next) {
        if (next instanceof Next.Same same) {
            return Optional.of(same.object());
        }
        if (next instanceof Next.Remove remove) {
            return remove(ref, entry) ? Optional.of(remove.object()) : Optional.empty();
        }
        Resource object = ((Next.Store) next).object();
        byte[] bytes = shop.encode(object, home.era());
        CommitResult result =
                requireOpen(committer.commit(putting(ref, entry, object, bytes).alone()));
        if (result instanceof CommitResult.Refused refused) {
            throw refusal(ref.toString(), refused);
        }
        return result instanceof CommitResult.Committed c
                ? Optional.of(shop.decoded().stored(entry.key(), bytes, c.revision(), object))
                : Optional.empty();
    }

    /** A namespace or definition that is being deleted is closed in the same moment. */
    private static Chunks.Change putting(ResourceRef ref, Entry entry, Resource object, byte[] bytes) {
        Chunks.Change put = Chunks.Change.put(entry.key(), bytes, entry.revision());
        Optional<String> open = door(ref);
        if (open.isEmpty() || object.metadata().deletionTimestamp() == null) {
            return put;
        }
        List<Operation> operations = new ArrayList<>(put.operations());
        operations.add(new Operation.Delete(open.get()));
        return new Chunks.Change(put.preconditions(), operations);
    }

    private boolean remove(ResourceRef ref, Entry entry) {
        if (ref.kind().scope() != Kind.Scope.NAMESPACE && !ref.kind().isCustom()) {
            requireEmpty.accept(ref);
        }
        return requireOpen(committer.commit(Transaction.delete(entry.key(), entry.revision())))
                instanceof CommitResult.Committed;
    }

    /** Whether the tenant is not there, or is there in another era than when it was looked at. */
    private static boolean isFenced(CommitResult result) {
        return result instanceof CommitResult.Conflict c
                && (c.key().startsWith(Fences.PREFIX) || c.key().startsWith(Home.all()));
    }

    static CommitResult requireOpen(CommitResult result) {
        if (isFenced(result)) {
            throw new FencedException(((CommitResult.Conflict) result).key());
        }
        return result;
    }

    /** A namespace or kind goes only when it holds nothing any more, whatever its finalizers say: it is closed by then, so this stays true. */
    private void requireEmpty(ResourceRef container) {
        if (container.kind() == Kind.CUSTOM_RESOURCE_DEFINITION) {
            requireNone(container);
        } else if (container.kind() == Kind.NAMESPACE) {
            requireEmptyNamespace(container);
        }
    }

    private void requireNone(ResourceRef definition) {
        get(definition).map(CustomResourceDefinition.class::cast).stream()
                .flatMap(d -> d.kinds().stream())
                .filter(Kind::isOfTenant)
                .forEach(kind -> {
                    String prefix = ObjectKeys.prefix(definition.tenant(), kind, null);
                    if (!committer.read(p -> p.list(prefix, 1).entries().isEmpty())) {
                        throw new ResourceException(
                                Reason.CONFLICT, definition + " still has " + kind.plural() + "; delete them first");
                    }
                });
    }

    private void requireEmptyNamespace(ResourceRef namespace) {
        for (Kind kind : shop.rules().namespaced()) {
            String prefix = ObjectKeys.prefix(namespace.tenant(), kind, namespace.name());
            if (!committer.read(p -> p.list(prefix, 1).entries().isEmpty())) {
                throw new ResourceException(
                        Reason.CONFLICT, namespace + " still holds " + kind.plural() + "; delete them first");
            }
        }
        committer
                .read(p -> StoredKinds.first(p, namespace.tenant().value() + "/" + namespace.name() + "/"))
                .ifPresent(key -> {
                    throw new ResourceException(
                            Reason.CONFLICT, namespace + " still holds " + key + "; delete it first");
                });
    }

    Resource delete(ResourceRef ref, DeleteOptions options, Gate gate) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Found found = found(ref);
            Entry entry = found.entry().orElseThrow(() -> notFound(ref));
            Resource current = shop.decoded().decode(entry, ref.kind());
            Next next = shop.changes().deleted(ref.kind(), current, options, shop.now());
            if (!(next instanceof Next.Same)) {
                gate.admitDeletion(ref, current, this);
            }
            Optional<Resource> stored = store(ref, entry, found.home(), next);
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        throw contested(ref);
    }

    Resource evict(ResourceRef pod, DeleteOptions options, Gate gate) {
        return new Evictions(shop, committer).evict(pod, options, gate, this);
    }

    /**
     * Deletes these very objects, all of one kind; what is gone or marked stays so.
     *
     * @throws ResourceException {@code INVALID} after the others were deleted, if an admission rule keeps some
     */
    void deleteAll(Kind kind, List<Resource> objects, DeleteOptions options, Gate gate) {
        List<Resource> going = new ArrayList<>(objects.size());
        ResourceException refusal = null;
        for (Resource object : objects) {
            try {
                gate.admitDeletion(ResourceRef.of(kind, object), object, this);
                going.add(object);
            } catch (ResourceException e) {
                refusal = e;
            }
        }
        deleteAll(kind, going, options);
        if (refusal != null) {
            throw refusal;
        }
    }

    private void deleteAll(Kind kind, List<Resource> objects, DeleteOptions options) {
        List<Resource> left = objects;
        for (int attempt = 0; attempt < MOST_ATTEMPTS && !left.isEmpty(); attempt++) {
            List<Chunks.Change> changes = new ArrayList<>();
            List<Resource> changing = new ArrayList<>();
            for (Resource object : left) {
                deletion(ResourceRef.of(kind, object), object.metadata().uid(), options)
                        .ifPresent(c -> {
                            changes.add(c);
                            changing.add(object);
                        });
            }
            List<CommitResult> results = Chunks.commit(committer, changes);
            results.forEach(TenantObjects::requireOpen);
            List<Resource> again = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof CommitResult.Conflict) {
                    again.add(changing.get(i));
                }
            }
            left = again;
        }
    }

    private Optional<Chunks.Change> deletion(ResourceRef ref, @Nullable String uid, DeleteOptions options) {
        Found found = found(ref);
        Optional<Entry> entry = found.entry();
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        Entry e = entry.get();
        Resource current = shop.decoded().decode(e, ref.kind());
        if (uid != null && !uid.equals(current.metadata().uid())) {
            return Optional.empty();
        }
        DeleteOptions own = new DeleteOptions(options.graceSeconds(), options.orphan(), null, options.force());
        Next next = shop.changes().deleted(ref.kind(), current, own, shop.now());
        if (next instanceof Next.Store store) {
            return Optional.of(putting(
                    ref,
                    e,
                    store.object(),
                    shop.encode(store.object(), found.home().era())));
        }
        return next instanceof Next.Remove
                ? Optional.of(Chunks.Change.delete(e.key(), e.revision()))
                : Optional.empty();
    }

    static ResourceException notFound(ResourceRef ref) {
        return new ResourceException(Reason.NOT_FOUND, "there is no " + ref + " in tenant " + ref.tenant());
    }

    static ResourceException changed(ResourceRef ref) {
        return new ResourceException(
                Reason.CONFLICT, ref + " was changed by somebody else meanwhile; read it again and repeat the change");
    }

    static ResourceException contested(ResourceRef ref) {
        return new ResourceException(Reason.BUSY, ref + " is being changed all the time; try again shortly");
    }
}
