package org.kochab.partition.internal.core.tenant;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/** What a request makes of an object: pure functions from what is there and what is wanted to what is to be stored. */
public final class Changes {
    /** On a pod or a volume: end it without its node's confirmation. */
    public static final String FORCE = Annotations.FORCE_DELETE;

    private final ObjectRules rules;

    public Changes(ObjectRules rules) {
        this.rules = rules;
    }

    /** What becomes of an object. */
    public sealed interface Next {
        /** Nothing changes. */
        record Same(Resource object) implements Next {}

        record Store(Resource object) implements Next {}

        record Remove(Resource object) implements Next {}
    }

    /** A draft as it is first stored. Times are whole seconds, as they are kept: what is in memory is what is read again. */
    public Resource created(Kind kind, Resource draft, String name, String uid, Instant now) {
        return created(rules.of(kind), draft, name, uid, now.truncatedTo(ChronoUnit.SECONDS));
    }

    private static <R extends Resource> R created(
            KindRules<R> rules, Resource draft, String name, String uid, Instant now) {
        R fresh = rules.fresh(rules.cast(draft));
        return rules.with(fresh, MetaRules.created(draft.metadata(), name, uid, now));
    }

    /** A draft applied over what is there. */
    public Next applied(Kind kind, Resource current, Resource manifest) {
        return changed(
                rules.of(kind), current, manifest, MetaRules.apply(current.metadata(), manifest.metadata()), true);
    }

    /** An object that its author read, changed, and writes back. */
    public Next updated(Kind kind, Resource current, Resource wanted) {
        return changed(rules.of(kind), current, wanted, MetaRules.update(current.metadata(), wanted.metadata()), false);
    }

    private static <R extends Resource> Next changed(
            KindRules<R> rules, Resource was, Resource manifest, ObjectMeta meta, boolean apply) {
        R current = rules.cast(was);
        R wanted = rules.cast(manifest);
        R merged = rules.merge(current, rules.with(wanted, meta));
        if (!rules.sameSpec(current, merged)) {
            merged = rules.complete(merged);
        }
        Problems problems = new Problems();
        MetaRules.check(meta, rules.kind() == Kind.NAMESPACE || rules.kind() == Kind.TENANT, problems);
        if (!rules.sameSpec(current, merged)) {
            rules.check(merged, problems);
            rules.checkChange(current, merged, problems);
        }
        ObjectRules.refuse(rules, merged, problems);
        boolean sameSpec = rules.sameSpec(current, merged);
        if (sameSpec && MetaRules.same(current.metadata(), meta)) {
            return settled(current) && !apply ? new Next.Remove(current) : new Next.Same(current);
        }
        if (!sameSpec) {
            long generation = meta.generation() == null ? 1 : meta.generation();
            merged = rules.with(merged, meta.withGeneration(generation + 1));
        }
        return settled(merged) ? new Next.Remove(merged) : new Next.Store(merged);
    }

    /** Whether nothing keeps an object that is being deleted; a pod with a node stays until its claim is gone. */
    private static boolean settled(Resource object) {
        ObjectMeta meta = object.metadata();
        return meta.deletionTimestamp() != null && meta.finalizers().isEmpty() && !isPlaced(object);
    }

    private static boolean isPlaced(Resource object) {
        return object instanceof Pod pod && pod.spec() != null && pod.spec().nodeName() != null;
    }

    public Next withStatus(Kind kind, Resource current, Resource other) {
        return withStatus(rules.of(kind), current, other);
    }

    private static <R extends Resource> Next withStatus(KindRules<R> rules, Resource was, Resource other) {
        R current = rules.cast(was);
        R next = rules.withStatusOf(current, rules.cast(other));
        return next.equals(current) ? new Next.Same(current) : new Next.Store(next);
    }

    /** Keeps the platform's own finalizers, which no one else may take away or add. */
    public Resource keepingFinalizers(Resource current, Resource wanted) {
        List<String> finalizers = new ArrayList<>(wanted.metadata().finalizers());
        finalizers.removeAll(Finalizers.OF_THE_PLATFORM);
        current.metadata().finalizers().stream()
                .filter(Finalizers.OF_THE_PLATFORM::contains)
                .forEach(finalizers::add);
        return wanted.withMetadata(wanted.metadata().withFinalizers(finalizers));
    }

    /** What deleting does first. */
    public Next deleted(Kind kind, Resource current, DeleteOptions options, Instant now) {
        ObjectMeta meta = current.metadata();
        if (options.uid() != null && !options.uid().equals(meta.uid())) {
            throw new ResourceException(
                    Reason.CONFLICT,
                    current.kind() + " " + meta.name() + " is another object than the one meant (its uid is "
                            + meta.uid() + "); read it again");
        }
        Long grace = options.graceSeconds();
        if (grace != null && (grace < 0 || grace > Problems.MOST_SECONDS)) {
            throw new ResourceException(
                    Reason.INVALID, "graceSeconds: is " + grace + "; use 0 to " + Problems.MOST_SECONDS);
        }
        if (current instanceof Pod pod) {
            return deletedPod(pod, options, now);
        }
        boolean forced = current instanceof PersistentVolume && options.force();
        if (meta.deletionTimestamp() != null && (!forced || isForced(current))) {
            return settled(current) ? new Next.Remove(current) : new Next.Same(current);
        }
        List<String> finalizers = new ArrayList<>(meta.finalizers());
        if (current instanceof Namespace || current instanceof Tenant || current instanceof CustomResourceDefinition) {
            add(finalizers, Finalizers.CONTENTS);
        } else if (current instanceof PersistentVolumeClaim) {
            add(finalizers, Finalizers.CLAIM_PROTECTION);
        } else if (current instanceof PersistentVolume) {
            add(finalizers, Finalizers.VOLUME_PROTECTION);
        } else if (rules.of(kind).owner()) {
            add(finalizers, options.orphan() ? Finalizers.ORPHAN : Finalizers.DEPENDENTS);
        }
        if (finalizers.isEmpty()) {
            return new Next.Remove(current);
        }
        return new Next.Store(terminating(current.withMetadata(
                (forced ? forced(meta) : meta).withDeletion(now, 0).withFinalizers(finalizers))));
    }

    private static boolean isForced(Resource object) {
        return object.metadata().annotations().containsKey(FORCE);
    }

    private static ObjectMeta forced(ObjectMeta meta) {
        Map<String, String> annotations = new TreeMap<>(meta.annotations());
        annotations.put(FORCE, "true");
        return meta.withAnnotations(annotations);
    }

    private static void add(List<String> finalizers, String one) {
        if (!finalizers.contains(one)) {
            finalizers.add(one);
        }
    }

    private static Resource terminating(Resource object) {
        if (object instanceof Namespace n) {
            return new Namespace(n.apiVersion(), n.kind(), n.metadata(), NamespaceRules.TERMINATING);
        }
        if (object instanceof Tenant t) {
            return new Tenant(t.apiVersion(), t.kind(), t.metadata(), t.spec(), TenantRules.TERMINATING);
        }
        return object;
    }

    private static Next deletedPod(Pod pod, DeleteOptions options, Instant now) {
        ObjectMeta meta = pod.metadata();
        if (!isPlaced(pod) && meta.finalizers().isEmpty()) {
            return new Next.Remove(pod);
        }
        long grace = options.force() ? 0 : grace(pod, options.graceSeconds());
        boolean forced = isForced(pod);
        if (meta.deletionTimestamp() != null
                && (forced || !options.force())
                && meta.deletionGracePeriodSeconds() != null
                && meta.deletionGracePeriodSeconds() <= grace) {
            return new Next.Same(pod);
        }
        ObjectMeta marked = meta.withDeletion(now.plusSeconds(grace), grace);
        if (options.force()) {
            marked = forced(marked);
        }
        return new Next.Store(pod.withMetadata(marked));
    }

    private static long grace(Pod pod, @Nullable Long asked) {
        if (asked != null) {
            return asked;
        }
        Long own = pod.spec() == null ? null : pod.spec().terminationGracePeriodSeconds();
        return own == null ? 30 : Math.min(own, Problems.MOST_SECONDS);
    }

    /** A namespace of a new tenant. */
    public Namespace newNamespace(TenantId tenant, String name, String uid, Instant now) {
        ObjectMeta meta = ObjectMeta.named(name)
                .withPlace(tenant.value(), null)
                .created(uid, now.truncatedTo(ChronoUnit.SECONDS));
        return new Namespace(Kind.NAMESPACE.apiVersion(), Kind.NAMESPACE.name(), meta, NamespaceRules.ACTIVE);
    }

    /** The service account that every namespace has. */
    public ServiceAccount defaultAccount(TenantId tenant, String namespace, String uid, Instant now) {
        ObjectMeta meta = ObjectMeta.named(ServiceAccount.DEFAULT)
                .withPlace(tenant.value(), namespace)
                .created(uid, now.truncatedTo(ChronoUnit.SECONDS));
        return new ServiceAccount(Kind.SERVICE_ACCOUNT.apiVersion(), Kind.SERVICE_ACCOUNT.name(), meta, null);
    }

    /** A tenant of the platform's own making. */
    public Tenant newTenant(ObjectMeta meta, String partition) {
        return new Tenant(
                Kind.TENANT.apiVersion(), Kind.TENANT.name(), meta, Tenant.Spec.in(partition), TenantRules.ACTIVE);
    }
}
