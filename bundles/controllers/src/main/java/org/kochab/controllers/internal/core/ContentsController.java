package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Empties a namespace, a tenant or a tenant's own kind under deletion and then lets it go. Level-triggered and repeated until nothing is left, so it ends however many objects there were;
 * new ones cannot come because nothing can be created in what is under deletion.
 */
public final class ContentsController implements Controller {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** Objects deleted in one call. */
    static final int MOST_AT_ONCE = 1000;

    private final String name;
    private final Kind kind;
    private final Kind.Scope inside;

    private ContentsController(String name, Kind kind, Kind.Scope inside) {
        this.name = name;
        this.kind = kind;
        this.inside = inside;
    }

    public static ContentsController ofNamespaces() {
        return new ContentsController("namespace", Kind.NAMESPACE, Kind.Scope.NAMESPACE);
    }

    public static ContentsController ofTenants() {
        return new ContentsController("tenant", Kind.TENANT, Kind.Scope.TENANT);
    }

    /** A definition holds the objects of its kind. */
    public static ContentsController ofDefinitions() {
        return new ContentsController("definition", Kind.CUSTOM_RESOURCE_DEFINITION, Kind.Scope.PLATFORM);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Resource found = context.get(object).orElse(null);
        if (found == null
                || !Owners.marked(found)
                || !found.metadata().finalizers().contains(Finalizers.CONTENTS)) {
            return Outcome.DONE;
        }
        ResourceRef container = kind.equals(Kind.TENANT) ? tenantItself(object) : object;
        String namespace = kind.equals(Kind.NAMESPACE) ? object.name() : null;
        boolean empty = true;
        boolean deleted = false;
        for (Kind k : inside(context, container, found)) {
            List<Resource> all = context.list(container.tenant(), k, namespace, null);
            empty &= all.isEmpty();
            deleted |= delete(context, k, all);
        }
        if (!empty) {
            sayTerminating(context, object, found);
            // What nothing holds is gone by now; what is held is marked, and whoever holds it may take his time.
            return new Outcome.Again(deleted ? Duration.ZERO : LOOK_AGAIN);
        }
        GarbageCollector.finish(context, object, found, Finalizers.CONTENTS);
        return Outcome.DONE;
    }

    /** A tenant is an object of the platform; what it contains is found under its own name. */
    private static ResourceRef tenantItself(ResourceRef tenant) {
        return new ResourceRef(new org.kochab.api.model.TenantId(tenant.name()), Kind.TENANT, null, tenant.name());
    }

    private List<Kind> inside(ControllerContext context, ResourceRef container, Resource found) {
        return found instanceof CustomResourceDefinition definition
                ? definition.kinds().stream().filter(Kind::isOfTenant).limit(1).toList()
                : inOrder(context.kinds(container.tenant()));
    }

    /** Owners before dependents; events last, for they tell of the others. */
    private List<Kind> inOrder(List<Kind> kinds) {
        return kinds.stream()
                .filter(k -> k.scope() == inside)
                .sorted(Comparator.comparingInt(k -> k.equals(Kind.EVENT) ? 2 : k.equals(Kind.POD) ? 1 : 0))
                .toList();
    }

    /** @return whether there was something to delete */
    private static boolean delete(ControllerContext context, Kind k, List<Resource> all) {
        List<Resource> fresh =
                all.stream().filter(r -> !Owners.marked(r)).limit(MOST_AT_ONCE).toList();
        if (!fresh.isEmpty()) {
            context.deleteAll(k, fresh, DeleteOptions.DEFAULT);
        }
        return !fresh.isEmpty();
    }

    private static void sayTerminating(ControllerContext context, ResourceRef object, Resource found) {
        if (found instanceof Namespace n
                && (n.status() == null || !n.status().phase().equals("Terminating"))) {
            context.updateStatus(
                    object.tenant(),
                    new Namespace(n.apiVersion(), n.kind(), n.metadata(), new Namespace.Status("Terminating")));
        }
    }
}
