package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Ends what nobody owns any more, for one kind: deletes or releases the dependents of an object under deletion, and deletes an object all of
 * whose owners are gone. An owner is gone only if its partition positively has no object of that kind, name and uid; an owner of an unknown kind, or
 * one kept elsewhere, counts as there.
 */
public final class GarbageCollector implements Controller {
    /** In case the last dependent goes without notice, for example because this object was not its controlling owner. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final Kind kind;

    public GarbageCollector(Kind kind) {
        this.kind = kind;
    }

    /** One for each kind that can own or be owned. */
    public static List<Controller> all() {
        List<Controller> all = new ArrayList<>();
        for (Kind k : Kind.BUILT_IN) {
            if (k.scope() == Kind.Scope.NAMESPACE && !k.equals(Kind.EVENT)) {
                all.add(new GarbageCollector(k));
            }
        }
        all.add(new GarbageCollector(Kind.ANY_CUSTOM));
        return all;
    }

    @Override
    public String name() {
        return "garbage-collector-"
                + (kind == Kind.ANY_CUSTOM ? "custom" : kind.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public List<Kind> owns() {
        return Stream.concat(Kind.BUILT_IN.stream(), Stream.of(Kind.ANY_CUSTOM))
                .filter(k -> k.scope() == Kind.Scope.NAMESPACE && !k.equals(Kind.EVENT))
                .toList();
    }

    @Override
    public boolean watchesBindings() {
        return false;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Resource found = context.get(object).orElse(null);
        if (found == null) {
            return Outcome.DONE;
        }
        List<String> finalizers = found.metadata().finalizers();
        if (Owners.marked(found)) {
            if (finalizers.contains(Finalizers.ORPHAN)) {
                return release(context, object, found);
            }
            return finalizers.contains(Finalizers.DEPENDENTS) ? endDependents(context, object, found) : Outcome.DONE;
        }
        if (!found.metadata().ownerReferences().isEmpty()) {
            checkOwners(context, object, found);
        }
        return Outcome.DONE;
    }

    private static Outcome endDependents(ControllerContext context, ResourceRef object, Resource owner) {
        boolean some = false;
        for (Kind k : dependentKinds(context, object.tenant())) {
            List<Resource> dependents = context.dependents(
                    object.tenant(), k, String.valueOf(owner.metadata().uid()));
            some |= !dependents.isEmpty();
            List<Resource> fresh =
                    dependents.stream().filter(d -> !Owners.marked(d)).toList();
            if (!fresh.isEmpty()) {
                context.deleteAll(k, fresh, DeleteOptions.DEFAULT);
            }
        }
        if (some) {
            return new Outcome.Again(LOOK_AGAIN);
        }
        finish(context, object, owner, Finalizers.DEPENDENTS);
        return Outcome.DONE;
    }

    private static Outcome release(ControllerContext context, ResourceRef object, Resource owner) {
        String uid = String.valueOf(owner.metadata().uid());
        for (Kind k : dependentKinds(context, object.tenant())) {
            for (Resource d : context.dependents(object.tenant(), k, uid)) {
                context.update(object.tenant(), Owners.without(d, uid));
            }
        }
        finish(context, object, owner, Finalizers.ORPHAN);
        return Outcome.DONE;
    }

    /** Takes the finalizer away, which removes the object unless others are left. */
    static void finish(ControllerContext context, ResourceRef object, Resource resource, String finalizer) {
        ObjectMeta meta = resource.metadata();
        context.update(
                object.tenant(),
                resource.withMetadata(meta.withFinalizers(meta.finalizers().stream()
                        .filter(f -> !f.equals(finalizer))
                        .toList())));
    }

    private static void checkOwners(ControllerContext context, ResourceRef object, Resource dependent) {
        List<OwnerReference> there = new ArrayList<>();
        for (OwnerReference o : dependent.metadata().ownerReferences()) {
            if (!gone(context, object, o)) {
                there.add(o);
            }
        }
        if (there.isEmpty()) {
            context.deleteAll(object.kind(), List.of(dependent), DeleteOptions.DEFAULT);
        } else if (there.size() < dependent.metadata().ownerReferences().size()) {
            context.update(
                    object.tenant(), dependent.withMetadata(dependent.metadata().withOwners(there)));
        }
    }

    private static boolean gone(ControllerContext context, ResourceRef dependent, OwnerReference owner) {
        Optional<Kind> kind = context.kinds(dependent.tenant()).stream()
                .filter(k -> k.name().equals(owner.kind()) && k.apiVersion().equals(owner.apiVersion()))
                .findFirst();
        if (kind.isEmpty() || kind.get().scope() == Kind.Scope.PLATFORM) {
            return false;
        }
        String namespace = kind.get().scope() == Kind.Scope.NAMESPACE ? dependent.namespace() : null;
        if (kind.get().scope() == Kind.Scope.NAMESPACE && namespace == null) {
            return false;
        }
        return context.get(new ResourceRef(dependent.tenant(), kind.get(), namespace, owner.name()))
                .filter(r -> owner.uid().equals(r.metadata().uid()))
                .isEmpty();
    }

    private static List<Kind> dependentKinds(ControllerContext context, TenantId tenant) {
        return context.kinds(tenant).stream()
                .filter(k -> k.scope() == Kind.Scope.NAMESPACE && !k.equals(Kind.EVENT) || k.isCustom())
                .toList();
    }
}
