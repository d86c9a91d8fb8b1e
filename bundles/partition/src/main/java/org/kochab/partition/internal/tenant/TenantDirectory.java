package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Watch;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.remote.OpenReads;
import org.kochab.partition.internal.remote.RemotePartition;

/**
 * The tenants, in the directory, and which tenant partition each lives in. What was once read is remembered for when the directory cannot be
 * reached: tenants carry on without it. Any thread.
 */
final class TenantDirectory {
    private static final Duration SET_UP = Duration.ofSeconds(10);
    private static final long FRESH_NANOS = 2_000_000_000L;
    private static final Duration MOVING = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 10_000_000L;

    private final Workshop shop;
    private final PartitionService partitions;
    private final Committer committer;
    private final TenantPlacement placement;
    private final TenantObjects objects;
    private final ConcurrentMap<PartitionId, TenantObjects> tenantPartitions = new ConcurrentHashMap<>();
    /** As many as there are tenants. */
    private final ConcurrentMap<TenantId, Known> known = new ConcurrentHashMap<>();

    private record Known(PartitionId partition, long atNanos) {
        /** A deleted tenant is refused by its partition anyway: this only saves asking another member at each step. */
        boolean isFresh() {
            return System.nanoTime() - atNanos < FRESH_NANOS;
        }
    }

    TenantDirectory(Workshop shop, PartitionService partitions) {
        this.shop = shop;
        this.partitions = partitions;
        this.committer = new Committer("directory", partitions::directory);
        this.placement = new TenantPlacement(shop, partitions, committer);
        this.objects = new TenantObjects(
                shop,
                committer,
                this::requireEmpty,
                tenant -> placement.guard(partitionOf((Tenant) tenant).value()));
    }

    /** The tenants as objects. */
    TenantObjects objects() {
        return objects;
    }

    Committer committer() {
        return committer;
    }

    /** Everything of a tenant, where it is now. */
    TenantObjects objects(TenantId tenant) {
        return objects(partition(tenant));
    }

    /**
     * Asks the partition a tenant lives in; while the tenant is being moved, again until it is there. At most 30 seconds.
     *
     * @param ask does nothing lasting if it meets the tenant's fence
     */
    <T> T call(TenantId tenant, Function<TenantObjects, T> ask) {
        long end = System.nanoTime() + MOVING.toNanos();
        while (true) {
            try {
                return ask.apply(objects(tenant));
            } catch (FencedException e) {
                known.remove(tenant);
                if (System.nanoTime() > end) {
                    throw new ResourceException(
                            Reason.UNAVAILABLE,
                            "tenant " + tenant
                                    + " is being moved to another partition, and it takes long; see kochab:tenant-list and try again");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                if (Thread.currentThread().isInterrupted()) {
                    throw new ResourceException(
                            Reason.UNAVAILABLE, "interrupted while tenant " + tenant + " is being moved; try again");
                }
            }
        }
    }

    TenantObjects objects(PartitionId id) {
        return tenantPartitions.computeIfAbsent(
                id, p -> new TenantObjects(shop, new Committer(p.value(), () -> find(p))));
    }

    /** @throws ResourceException {@code UNAVAILABLE} if there is nothing to wait for */
    private Optional<Partition> find(PartitionId id) {
        Optional<Partition> found = partitions.partition(id);
        if (found.isEmpty()
                && partitions.partitions().stream()
                        .map(PartitionStatus::spec)
                        .anyMatch(s -> s.id().equals(id) && s.stage() == Stage.SUSPENDED)) {
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    "partition " + id + " is suspended; kochab:partition-resume " + id + " puts it back into service");
        }
        return found;
    }

    /** @throws ResourceException {@code NOT_FOUND} if there is no such tenant */
    PartitionId partition(TenantId tenant) {
        Optional<Entry> entry;
        try {
            Optional<Partition> directory = partitions.directory();
            if (directory.isEmpty()) {
                return remembered(tenant);
            }
            Known last = known.get(tenant);
            // What is remembered of a tenant that has moved is refused by its former partition, and then forgotten.
            if (directory.get() instanceof RemotePartition && last != null && last.isFresh()) {
                return last.partition();
            }
            entry = directory.get().get(ObjectKeys.tenant(tenant));
        } catch (NotLeaderException e) {
            return remembered(tenant);
        }
        if (entry.isEmpty()) {
            known.remove(tenant);
            throw new ResourceException(
                    Reason.NOT_FOUND, "there is no tenant " + tenant + "; create it with kochab:tenant-create");
        }
        PartitionId partition = partitionOf((Tenant) shop.decoded().decode(entry.get(), Kind.TENANT));
        known.put(tenant, new Known(partition, System.nanoTime()));
        return partition;
    }

    private PartitionId remembered(TenantId tenant) {
        Known last = known.get(tenant);
        if (last == null) {
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    "the directory cannot be reached now, and tenant " + tenant + " is not known here; try again");
        }
        return last.partition();
    }

    static PartitionId partitionOf(Tenant tenant) {
        if (tenant.spec() == null || tenant.spec().partition() == null) {
            throw new IllegalStateException(
                    "tenant " + tenant.metadata().name() + " has no spec.partition in the directory");
        }
        return new PartitionId(tenant.spec().partition());
    }

    /** Fills in the tenant partition, if the manifest leaves it to the platform. */
    Tenant placed(Tenant manifest) {
        if (manifest.spec() != null && manifest.spec().partition() != null) {
            placement.guard(manifest.spec().partition());
            return manifest;
        }
        String name = manifest.metadata().name();
        PartitionId chosen = placement.choose(
                name == null ? String.valueOf(manifest.metadata().generateName()) : name);
        return new Tenant(
                manifest.apiVersion(),
                manifest.kind(),
                manifest.metadata(),
                new Tenant.Spec(
                        chosen.value(),
                        manifest.spec() == null ? null : manifest.spec().quota()),
                manifest.status());
    }

    TenantPlacement placement() {
        return placement;
    }

    /** Another tenant partition for the tenants of this one. */
    Optional<PartitionId> leastLoaded(PartitionId other) {
        return placement.leastLoaded(other);
    }

    /** Waits until a new tenant is stored and its partition has set it up: at most 10 seconds. */
    void awaitSetUp(TenantId tenant) {
        long end = System.nanoTime() + SET_UP.toNanos();
        if (!await(committer, ObjectKeys.tenant(tenant), end)) {
            throw new ResourceException(Reason.NOT_FOUND, "there is no tenant " + tenant);
        }
        // One of the same name may have been elsewhere until just now.
        known.remove(tenant);
        boolean isSetUp = call(tenant, objects -> await(objects.committer(), ObjectKeys.openTenant(tenant), end));
        if (!isSetUp) {
            PartitionId partition = partition(tenant);
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    "tenant " + tenant + " is stored, but its partition " + partition
                            + " has not set it up yet; it will as soon as it is served, see kochab:partition-list");
        }
    }

    /** @return whether the key is there before the end */
    private static boolean await(Committer in, String key, long end) {
        while (true) {
            try (Watch watch = in.read(p -> watch(p, key))) {
                if (in.read(p -> OpenReads.get(p, key)).isPresent()) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                watch.poll(Duration.ofNanos(left));
            } catch (GoneException | NotLeaderException e) {
                // Looked at again, by the next leader's word.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private static Watch watch(Partition p, String key) {
        try {
            return p.watch(key, p.revision());
        } catch (GoneException e) {
            throw new NotLeaderException(p.id());
        }
    }

    /** A tenant goes only when its partition has closed it and holds nothing of it. */
    private void requireEmpty(ResourceRef ref) {
        TenantId tenant = new TenantId(ref.name());
        call(tenant, objects -> {
            requireEmpty(tenant, objects.committer());
            return true;
        });
    }

    private void requireEmpty(TenantId tenant, Committer tp) {
        tp.read(p -> OpenReads.all(p, tenant, home -> {
            requireEmpty(tenant, p);
            return true;
        }));
    }

    private void requireEmpty(TenantId tenant, Partition p) {
        if (p.get(ObjectKeys.openTenant(tenant)).isPresent()
                || !p.list(ObjectKeys.openNamespaces(tenant), 1).entries().isEmpty()) {
            throw new ResourceException(
                    Reason.CONFLICT, "tenant " + tenant + " is not yet closed by its partition; try again shortly");
        }
        for (Kind kind : shop.rules().kinds()) {
            if (kind.scope() != Kind.Scope.PLATFORM
                    && !p.list(ObjectKeys.prefix(tenant, kind, null), 1)
                            .entries()
                            .isEmpty()) {
                throw new ResourceException(
                        Reason.CONFLICT, "tenant " + tenant + " still holds " + kind.plural() + "; they go first");
            }
        }
        StoredKinds.first(p, tenant + "/").ifPresent(key -> {
            throw new ResourceException(
                    Reason.CONFLICT, "tenant " + tenant + " still holds " + key + "; that goes first");
        });
    }

    /** The kinds that a tenant has defined; most recently known by its partition's leader. */
    List<CustomResourceDefinition> definitions(TenantId tenant) {
        String prefix = ObjectKeys.prefix(tenant, Kind.CUSTOM_RESOURCE_DEFINITION, null);
        return call(
                tenant,
                objects ->
                        objects
                                .committer()
                                .read(p -> OpenReads.all(p, tenant, home -> p.list(prefix, 1_000)))
                                .entries()
                                .stream()
                                .map(e -> (CustomResourceDefinition)
                                        shop.decoded().decode(e, Kind.CUSTOM_RESOURCE_DEFINITION))
                                .toList());
    }

    /** The stored tenant, as the directory has it now; for its partition's leader. */
    Optional<Resource> find(TenantId tenant) {
        return objects.get(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, tenant.value()));
    }

    /** The tenants of a partition, by name. */
    List<TenantId> of(PartitionId partition) {
        return all(t -> partitionOf(t).equals(partition));
    }

    /** All tenants, by name. */
    List<TenantId> all() {
        return all(t -> true);
    }

    private List<TenantId> all(Predicate<Tenant> wanted) {
        return committer.read(TenantDirectory::entries).stream()
                .map(e -> (Tenant) shop.decoded().decode(e, Kind.TENANT))
                .filter(wanted)
                .map(t -> new TenantId(String.valueOf(t.metadata().name())))
                .toList();
    }

    /** All of them, as the directory keeps them. */
    static List<Entry> entries(Partition directory) {
        try {
            return Pages.now(directory, ObjectKeys.all(Kind.TENANT));
        } catch (GoneException e) {
            throw new NotLeaderException(directory.id());
        }
    }
}
