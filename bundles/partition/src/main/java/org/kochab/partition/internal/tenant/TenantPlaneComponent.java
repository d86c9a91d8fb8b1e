package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionRemovals;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.TenantMoves;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.api.plugin.PluginService;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.partition.internal.osgi.MemberComponent;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.kind.ResourceKind;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.secret.Sealer;
import org.kochab.spi.store.PartitionStore;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Offers the resource service, and runs the tenant partitions that this member leads. */
@Component(
        service = {
            ResourceService.class,
            ResourceManagers.class,
            PlacementExplainer.class,
            PluginService.class,
            TenantMoves.class,
            TenantPlaneComponent.class
        },
        immediate = true)
public final class TenantPlaneComponent
        implements ResourceService, ResourceManagers, PlacementExplainer, PluginService, TenantMoves {
    private final TenantPlane plane;
    private final ResourceService resources;

    @Activate
    public TenantPlaneComponent(
            @Reference MemberComponent member,
            @Reference Codec codec,
            @Reference AdmissionComponent admission,
            @Reference EventSinksComponent sinks,
            @Reference BindHooksComponent hooks,
            @Reference Sealer sealer) {
        Vendors vendors = new Vendors(admission.admission(), sinks.sinks(), hooks.hooks());
        plane = new TenantPlane(member, member.peers(), codec, vendors, sealer);
        resources = plane.resources();
    }

    PartitionRemovals removals() {
        return plane.removals();
    }

    @Reference(
            target = "(" + Partition.KIND_PROPERTY + "=TENANT)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void bindPartition(Partition partition) {
        plane.lead(partition);
    }

    void unbindPartition(Partition partition) {
        plane.leave(partition);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindManager(ResourceManager manager) {
        plane.addManager(manager);
    }

    void unbindManager(ResourceManager manager) {
        plane.removeManager(manager);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindScheduler(Scheduler scheduler, ServiceReference<Scheduler> from) {
        plane.addScheduler(
                scheduler,
                from.getBundle().getSymbolicName(),
                from.getBundle().getVersion().toString());
    }

    void unbindScheduler(Scheduler scheduler) {
        plane.removeScheduler(scheduler);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindController(Controller controller, ServiceReference<Controller> from) {
        plane.addController(
                controller,
                from.getBundle().getSymbolicName(),
                from.getBundle().getVersion().toString());
    }

    void unbindController(Controller controller) {
        plane.removeController(controller);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindKind(ResourceKind kind, ServiceReference<ResourceKind> from) {
        plane.addKind(
                kind,
                from.getBundle().getSymbolicName(),
                from.getBundle().getVersion().toString());
    }

    void unbindKind(ResourceKind kind) {
        plane.removeKind(kind);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindStore(PartitionStore store, ServiceReference<PartitionStore> from) {
        plane.addStore(
                store,
                from.getBundle().getSymbolicName(),
                from.getBundle().getVersion().toString());
    }

    void unbindStore(PartitionStore store) {
        plane.removeStore(store);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindReport(PluginReport report, ServiceReference<PluginReport> from) {
        plane.addReport(report, from.getBundle().getSymbolicName());
    }

    void unbindReport(PluginReport report) {
        plane.removeReport(report);
    }

    @Deactivate
    void close() {
        plane.close();
    }

    @Override
    public ResourceService as(Requester requester) {
        return resources.as(requester);
    }

    @Override
    public List<Kind> kinds(TenantId tenant) {
        return resources.kinds(tenant);
    }

    @Override
    public Resource create(TenantId tenant, Resource resource) {
        return resources.create(tenant, resource);
    }

    @Override
    public List<Outcome> createAll(TenantId tenant, List<Resource> all) {
        return resources.createAll(tenant, all);
    }

    @Override
    public Applied apply(TenantId tenant, Resource resource) {
        return resources.apply(tenant, resource);
    }

    @Override
    public Applied dryRun(TenantId tenant, Resource resource) {
        return resources.dryRun(tenant, resource);
    }

    @Override
    public Resource update(TenantId tenant, Resource resource) {
        return resources.update(tenant, resource);
    }

    @Override
    public Resource updateStatus(TenantId tenant, Resource resource) {
        return resources.updateStatus(tenant, resource);
    }

    @Override
    public Optional<Resource> get(ResourceRef ref) {
        return resources.get(ref);
    }

    @Override
    public ResourcePage list(TenantId tenant, Kind kind, Query query) {
        return resources.list(tenant, kind, query);
    }

    @Override
    public Resource delete(ResourceRef ref, DeleteOptions options) {
        return resources.delete(ref, options);
    }

    @Override
    public ResourceWatch watch(TenantId tenant, Kind kind, Query query, String resourceVersion) {
        return resources.watch(tenant, kind, query, resourceVersion);
    }

    @Override
    public Optional<PodPlacement> explain(TenantId tenant, String namespace, String pod) {
        return plane.explain(tenant, namespace, pod);
    }

    @Override
    public Optional<ResourceManager> manager(PartitionId id) {
        return plane.manager(id);
    }

    @Override
    public List<TenantMove> list() {
        return plane.moves().list();
    }

    @Override
    public TenantMove begin(TenantId tenant, PartitionId to) {
        return plane.moves().begin(tenant, to);
    }

    @Override
    public TenantMove abort(TenantId tenant) {
        return plane.moves().abort(tenant);
    }

    @Override
    public Optional<TenantMove> await(TenantId tenant, Duration most) throws InterruptedException {
        return plane.moves().await(tenant, most);
    }

    @Override
    public List<Plugin> plugins() {
        return plane.plugins().plugins();
    }
}
