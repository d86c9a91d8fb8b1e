package org.kochab.controllers.internal.core;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Service;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Keeps the endpoints of each service with a selector: the addresses of its pods, ready and not. */
public final class EndpointsController implements Controller {
    /** As in Kubernetes; the annotation says that there are more. */
    static final int MOST_ADDRESSES = 1_000;

    static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

    @Override
    public String name() {
        return "endpoints";
    }

    @Override
    public Kind kind() {
        return Kind.SERVICE;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.ENDPOINTS);
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        context.get(object)
                .map(Service.class::cast)
                .filter(s -> !Owners.marked(s) && selects(s))
                .ifPresent(s -> write(context, object.tenant(), s));
        return Outcome.DONE;
    }

    static boolean selects(Service service) {
        return service.spec() != null
                && !service.spec().selector().isEmpty()
                && !Service.EXTERNAL_NAME.equals(service.spec().type());
    }

    static LabelSelector selector(Service service) {
        return new LabelSelector(service.spec().selector(), List.of());
    }

    static ResourceRef endpoints(TenantId tenant, Service service) {
        return new ResourceRef(
                tenant,
                Kind.ENDPOINTS,
                service.metadata().namespace(),
                String.valueOf(service.metadata().name()));
    }

    /** Brings all endpoints of a service up to date. */
    static void write(ControllerContext context, TenantId tenant, Service service) {
        List<Pod> pods = context.list(tenant, Kind.POD, service.metadata().namespace(), selector(service)).stream()
                .map(Pod.class::cast)
                .filter(p -> EndpointsDraft.address(p).isPresent())
                .sorted(Comparator.comparing(p -> String.valueOf(p.metadata().name())))
                .toList();
        EndpointsDraft draft = new EndpointsDraft(service, List.of());
        pods.stream().limit(MOST_ADDRESSES).forEach(draft::add);
        store(context, tenant, service, draft.subsets(), pods.size() > MOST_ADDRESSES);
    }

    /** Brings what the endpoints say of one pod up to date, without a look at all others if that will do. */
    static void write(ControllerContext context, TenantId tenant, Service service, String name, Optional<Pod> pod) {
        Endpoints found = context.get(endpoints(tenant, service))
                .map(Endpoints.class::cast)
                .orElse(null);
        if (found != null && !found.metadata().annotations().containsKey(OVER_CAPACITY)) {
            EndpointsDraft draft = new EndpointsDraft(service, found.subsets());
            draft.remove(name);
            pod.filter(p -> selector(service).matches(p.metadata().labels())).ifPresent(draft::add);
            if (draft.size() <= MOST_ADDRESSES) {
                store(context, tenant, service, draft.subsets(), false);
                return;
            }
        }
        write(context, tenant, service);
    }

    /** Endpoints that somebody else owns are left alone. */
    private static void store(
            ControllerContext context, TenantId tenant, Service service, List<Endpoints.Subset> subsets, boolean over) {
        Map<String, String> annotations = new TreeMap<>();
        if (over) {
            annotations.put(OVER_CAPACITY, "truncated");
        }
        Resource found = context.get(endpoints(tenant, service)).orElse(null);
        if (found == null) {
            ObjectMeta meta = Templates.blank()
                    .withName(String.valueOf(service.metadata().name()))
                    .withPlace(service.metadata().tenant(), service.metadata().namespace())
                    .withLabels(service.metadata().labels())
                    .withAnnotations(annotations)
                    .withOwners(List.of(Owners.controlledBy(service)));
            context.create(tenant, new Endpoints(Kind.ENDPOINTS.apiVersion(), Kind.ENDPOINTS.name(), meta, subsets));
        } else if (Owners.controls(service, found) && !Owners.marked(found)) {
            Endpoints now = (Endpoints) found;
            if (!now.subsets().equals(subsets) || !now.metadata().annotations().equals(annotations)) {
                context.update(
                        tenant,
                        now.withSubsets(subsets).withMetadata(now.metadata().withAnnotations(annotations)));
            }
        }
    }
}
