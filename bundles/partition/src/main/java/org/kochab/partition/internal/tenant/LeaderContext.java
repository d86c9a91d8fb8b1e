package org.kochab.partition.internal.tenant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.OwnerIndex;
import org.kochab.spi.controller.CommandState;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Nodes;

/** The controllers' way into the partition they run in. */
final class LeaderContext implements ControllerContext {
    private static final int PAGE = 2_000;

    private final Workshop shop;
    private final Partition partition;
    private final TenantDirectory directory;
    private final TenantObjects objects;
    private final OwnerView owners;
    private final EventRecorder events;
    private final NodeCommands commands;
    private final Consumer<ResourceRef> look;
    private final Gate gate;
    private final SeenNodes nodes;

    /**
     * @param gate the controllers' to admission rules
     * @param look has the controllers of an object's kind look at it again
     */
    LeaderContext(
            Workshop shop,
            Partition partition,
            TenantDirectory directory,
            OwnerView owners,
            EventRecorder events,
            NodeCommands commands,
            Gate gate,
            SeenNodes nodes,
            Consumer<ResourceRef> look) {
        this.shop = shop;
        this.partition = partition;
        this.directory = directory;
        this.objects = new TenantObjects(shop, Committer.of(partition));
        this.owners = owners;
        this.events = events;
        this.commands = commands;
        this.gate = gate;
        this.nodes = nodes;
        this.look = look;
    }

    private TenantObjects objects(Kind kind) {
        return kind == Kind.TENANT ? directory.objects() : objects;
    }

    @Override
    public Instant now() {
        return shop.now();
    }

    @Override
    public List<Kind> kinds(TenantId tenant) {
        List<Kind> kinds = new ArrayList<>(shop.rules().kinds());
        try {
            kinds = new ArrayList<>(shop.kinds().lookup(tenant).kinds());
        } catch (ResourceException e) {
            // What is stored is here, whatever is said of it elsewhere.
        }
        for (Kind stored : StoredKinds.of(partition, tenant, shop.decoded())) {
            if (kinds.stream().noneMatch(stored::isSame)) {
                kinds.add(stored);
            }
        }
        return kinds;
    }

    /** The kind of what is to be written: of two that are called the same, the one of which there is this very object. */
    private Kind kind(TenantId tenant, Resource resource) {
        if (!(resource instanceof CustomObject object)) {
            return shop.rules().kind(resource);
        }
        List<Kind> called = StoredKinds.of(partition, tenant, shop.decoded()).stream()
                .filter(k ->
                        k.name().equals(object.kind()) && object.apiVersion().startsWith(k.group() + "/"))
                .toList();
        Optional<Kind> served;
        try {
            served = Optional.of(shop.kinds().lookup(tenant).kind(resource));
        } catch (ResourceException e) {
            if (called.isEmpty()) {
                throw e;
            }
            served = Optional.empty();
        }
        for (Kind k : called) {
            ResourceRef ref = ResourceRef.of(k, resource);
            boolean isIt = objects.get(ref)
                    .filter(r -> Objects.equals(
                            r.metadata().uid(), resource.metadata().uid()))
                    .isPresent();
            if (isIt && served.filter(k::isSame).isEmpty()) {
                return k;
            }
        }
        return served.orElseGet(() -> called.get(0));
    }

    @Override
    public Optional<Resource> get(ResourceRef ref) {
        return objects(ref.kind()).get(ref);
    }

    @Override
    public List<Resource> list(
            TenantId tenant, Kind kind, @Nullable String namespace, @Nullable LabelSelector selector) {
        String prefix = ObjectKeys.prefix(tenant, kind, namespace);
        List<Resource> found = new ArrayList<>();
        objects(kind).committer().read(p -> {
            found.clear();
            try {
                ListPage page = p.list(prefix, PAGE);
                while (true) {
                    for (Entry entry : page.entries()) {
                        Resource object = shop.decoded().decode(entry, kind);
                        if (selector == null
                                || selector.matches(object.metadata().labels())) {
                            found.add(object);
                        }
                    }
                    if (page.next().isEmpty()) {
                        return found;
                    }
                    page = p.list(prefix, PAGE, page.next().get());
                }
            } catch (GoneException e) {
                throw new ResourceException(Reason.GONE, e.getMessage());
            }
        });
        return found;
    }

    @Override
    public List<Resource> dependents(TenantId tenant, Kind kind, String ownerUid) {
        return owned(ownerUid, kind, ObjectKeys.prefix(tenant, kind, null));
    }

    @Override
    public List<Resource> uncontrolled(TenantId tenant, Kind kind, @Nullable String namespace) {
        return owned(OwnerIndex.NOBODY, kind, ObjectKeys.prefix(tenant, kind, namespace));
    }

    private List<Resource> owned(String ownerUid, Kind kind, String prefix) {
        List<Resource> found = new ArrayList<>();
        for (String key : owners.dependents(ownerUid, prefix)) {
            partition.get(key).ifPresent(e -> found.add(shop.decoded().listed(e, kind)));
        }
        return found;
    }

    @Override
    public Nodes nodes() {
        return nodes.look();
    }

    @Override
    public Resource create(TenantId tenant, Resource resource) {
        return objects.create(tenant, resource, gate);
    }

    @Override
    public List<Outcome> createAll(TenantId tenant, List<Resource> resources) {
        TenantObjects.Outcomes outcomes = new TenantObjects.Outcomes(resources.size());
        objects.createAll(tenant, resources, outcomes, gate);
        return outcomes.all();
    }

    @Override
    public Resource update(TenantId tenant, Resource resource) {
        Kind kind = kind(tenant, resource);
        return objects(kind).update(tenant, kind, resource, true, gate);
    }

    @Override
    public Resource updateStatus(TenantId tenant, Resource resource) {
        return objects(kind(tenant, resource)).updateStatus(tenant, resource);
    }

    @Override
    public void delete(ResourceRef ref, DeleteOptions options) {
        objects(ref.kind()).delete(ref, options, gate);
    }

    @Override
    public void deleteAll(Kind kind, List<Resource> all, DeleteOptions options) {
        objects(kind).deleteAll(kind, all, options, gate);
    }

    @Override
    public CommandState command(ResourceRef object, String node, NodeCommand.Correlated command) {
        return commands.ask(node, command, () -> look.accept(object));
    }

    @Override
    public void event(Resource about, String type, String reason, String message) {
        events.record(about, type, reason, message);
    }
}
