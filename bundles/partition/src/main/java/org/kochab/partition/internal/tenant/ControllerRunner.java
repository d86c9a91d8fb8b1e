package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.controller.Controller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all registered controllers over the objects of one tenant partition: every change of an object calls the controllers of its kind, and those of
 * its controlling owner. {@link ControllerCalls} calls; one thread follows the partition.
 */
final class ControllerRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerRunner.class);
    private static final long IDLE = 500_000_000L;

    private final Workshop shop;
    private final Partition partition;
    private final ServiceLease<Controller> controllers;
    private final OwnerView owners;
    private final ControllerCalls calls;
    private final Inbox follow = new Inbox();
    private final Worker follower;
    /** Controllers that have been called for every object since they came. */
    private final Set<String> begun = new TreeSet<>();

    private final TenantDirectory directory;
    private volatile boolean nodesChanged;

    ControllerRunner(
            Workshop shop,
            Partition partition,
            TenantDirectory directory,
            EventRecorder events,
            NodeCommands commands,
            Gate gate,
            ServiceLease<Controller> controllers,
            SeenNodes nodes) {
        this.shop = shop;
        this.partition = partition;
        this.directory = directory;
        this.controllers = controllers;
        this.owners = new OwnerView(shop, partition, this::changed, this::opened, follow::signal);
        LeaderContext context = new LeaderContext(
                shop, partition, directory, owners, events, commands, gate, nodes, ref -> trigger(ref.kind(), ref));
        this.calls =
                new ControllerCalls("kochab-" + partition.id() + "-controllers", controllers, context, this::isFenced);
        this.follower = new Worker("kochab-" + partition.id() + "-objects");
        nodes.onChange(() -> {
            nodesChanged = true;
            follow.signal();
        });
    }

    void start() {
        follower.start(this::follow);
        calls.start();
    }

    /** Controllers came or went. Any thread. */
    void wake() {
        follow.post(this::beginControllers);
    }

    private void follow() throws InterruptedException {
        try {
            beginControllers();
            while (follower.running()) {
                owners.follow();
                lookAtNodes();
                calls.watch();
                follow.await(IDLE).forEach(Runnable::run);
            }
        } catch (NotLeaderException e) {
            LOG.debug("{} is led elsewhere now", partition.id());
        } finally {
            owners.close();
        }
    }

    /** Calls a controller that is new for every object of its kind. */
    private void beginControllers() {
        List<ServiceLease.Listed<Controller>> present = controllers.list();
        Set<String> names = new TreeSet<>();
        for (ServiceLease.Listed<Controller> c : present) {
            // A controller that comes again under its name may know more: it too sees everything.
            String instance = c.name() + "@" + c.number();
            names.add(instance);
            if (begun.add(instance)) {
                all(c.service().kind()).forEach(ref -> calls.add(c.name(), ref));
            }
        }
        begun.retainAll(names);
    }

    /** Nodes have changed: all objects of the controllers that watch them are looked at. */
    private void lookAtNodes() {
        if (nodesChanged) {
            nodesChanged = false;
            for (ServiceLease.Listed<Controller> c : controllers.list()) {
                if (c.service().watchesNodes()) {
                    all(c.service().kind()).forEach(ref -> calls.add(c.name(), ref));
                }
            }
        }
    }

    private List<ResourceRef> all(Kind kind) {
        List<ResourceRef> refs = new ArrayList<>();
        if (kind == Kind.TENANT) {
            directory.of(partition.id()).forEach(t -> refs.add(tenant(t)));
            return refs;
        }
        if (kind == Kind.ANY_CUSTOM) {
            ObjectKeys.CUSTOM.forEach(
                    head -> owners.keys(head).forEach(key -> ref(kind, key).ifPresent(refs::add)));
        } else if (kind.scope() != Kind.Scope.PLATFORM) {
            owners.keys(ObjectKeys.all(kind)).forEach(key -> ref(kind, key).ifPresent(refs::add));
        }
        return refs;
    }

    /** The object of a key, as a controller of a kind knows it. */
    private Optional<ResourceRef> ref(Kind said, String key) {
        return said.isCustom()
                ? owners.kindOf(key).flatMap(kind -> as(said, ObjectKeys.parse(kind, key)))
                : Optional.of(ObjectKeys.parse(said, key));
    }

    /** By the name that its controller has for it: one object is one to {@link ControllerCalls}, in whichever version it is stored. Empty if the scope is not the one it says. */
    private static Optional<ResourceRef> as(Kind said, ResourceRef ref) {
        if (!said.isCustom() || said == Kind.ANY_CUSTOM) {
            return Optional.of(ref);
        }
        return said.scope() == ref.kind().scope()
                ? Optional.of(new ResourceRef(ref.tenant(), said, ref.namespace(), ref.name()))
                : Optional.empty();
    }

    private static ResourceRef tenant(TenantId id) {
        return new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, id.value());
    }

    /** A tenant of this partition was changed. Any thread. */
    void tenantChanged(TenantId id) {
        trigger(Kind.TENANT, tenant(id));
    }

    /** A tenant came, or stays after all: controllers look at everything it has. */
    private void opened(TenantId tenant) {
        for (ServiceLease.Listed<Controller> c : controllers.list()) {
            Kind kind = c.service().kind();
            if (kind == Kind.ANY_CUSTOM) {
                StoredKinds.of(partition, tenant, shop.decoded()).forEach(k -> look(c.name(), tenant, k));
            } else if (kind.scope() != Kind.Scope.PLATFORM) {
                look(c.name(), tenant, kind);
            }
        }
        tenantChanged(tenant);
    }

    /** There is room again in a namespace: what failed there need not wait. Any thread. */
    void tryAgain(TenantId tenant, String namespace) {
        calls.tryAgain(ref -> ref.tenant().equals(tenant) && namespace.equals(ref.namespace()));
    }

    private void look(String controller, TenantId tenant, Kind kind) {
        owners.keys(ObjectKeys.prefix(tenant, kind, null))
                .forEach(key -> ref(kind, key).ifPresent(ref -> calls.add(controller, ref)));
    }

    private boolean isFenced(ResourceRef object) {
        TenantId tenant = object.kind() == Kind.TENANT ? new TenantId(object.name()) : object.tenant();
        return partition.get(Fence.key(tenant)).isPresent();
    }

    private void changed(OwnerView.Change change) {
        ResourceRef ref = ObjectKeys.parse(change.kind(), change.key());
        trigger(change.kind(), ref, change.binding());
        Resource object = change.object();
        for (OwnerReference o : object.metadata().ownerReferences()) {
            if (Boolean.TRUE.equals(o.controller())) {
                owner(ref, o).ifPresent(owner -> {
                    for (ServiceLease.Listed<Controller> c : controllers.list()) {
                        if (isFor(c.service().kind(), owner.kind())
                                && minds(c.service(), change.binding())
                                && c.service().owns().stream().anyMatch(k -> isFor(k, change.kind()))) {
                            as(c.service().kind(), owner).ifPresent(known -> calls.add(c.name(), known));
                        }
                    }
                });
            }
        }
        String uid = object.metadata().uid();
        if (change.gone() && uid != null) {
            // Those it leaves behind are to notice.
            owners.known(uid)
                    .forEach(key -> owners.kindOf(key).ifPresent(kind -> trigger(kind, ObjectKeys.parse(kind, key))));
        }
    }

    private Optional<ResourceRef> owner(ResourceRef of, OwnerReference o) {
        Optional<Kind> builtIn = shop.rules().kinds().stream()
                .filter(k -> k.name().equals(o.kind()) && k.scope() == Kind.Scope.NAMESPACE)
                .findFirst();
        Optional<Kind> kind = builtIn.isPresent() ? builtIn : customOwner(of, o);
        return kind.filter(k -> k.scope() == Kind.Scope.TENANT || of.namespace() != null)
                .map(k -> new ResourceRef(
                        of.tenant(), k, k.scope() == Kind.Scope.TENANT ? null : of.namespace(), o.name()));
    }

    /** Of those that are called so, the one that has this very owner. */
    private Optional<Kind> customOwner(ResourceRef of, OwnerReference o) {
        return StoredKinds.of(partition, of.tenant(), shop.decoded()).stream()
                .filter(k -> k.name().equals(o.kind()) && o.apiVersion().startsWith(k.group() + "/"))
                .filter(k -> {
                    String prefix =
                            ObjectKeys.prefix(of.tenant(), k, k.scope() == Kind.Scope.TENANT ? null : of.namespace());
                    return partition
                            .get(prefix + o.name())
                            .map(e -> shop.decoded().decode(e, Kind.ANY_CUSTOM))
                            .filter(r -> o.uid().equals(r.metadata().uid()))
                            .isPresent();
                })
                .findFirst();
    }

    /** Whether what is said of one kind is said of the other, too. */
    private static boolean isFor(Kind said, Kind kind) {
        return said == kind || kind.isCustom() && (said == Kind.ANY_CUSTOM || said.isSame(kind));
    }

    /** Whether a change is to trigger a controller of its kind. */
    private static boolean minds(Controller controller, boolean binding) {
        return !binding || controller.watchesBindings();
    }

    private void trigger(Kind kind, ResourceRef ref) {
        trigger(kind, ref, false);
    }

    private void trigger(Kind kind, ResourceRef ref, boolean binding) {
        for (ServiceLease.Listed<Controller> c : controllers.list()) {
            if (isFor(c.service().kind(), kind) && minds(c.service(), binding)) {
                as(c.service().kind(), ref).ifPresent(known -> calls.add(c.name(), known));
            }
        }
    }

    /** What is wrong with a controller here. Any thread. */
    Optional<Trouble> trouble(String controller) {
        return calls.trouble(controller);
    }

    @Override
    public void close() {
        calls.close();
        follower.close();
    }
}
