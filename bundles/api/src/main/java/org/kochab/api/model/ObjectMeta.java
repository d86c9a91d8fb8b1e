package org.kochab.api.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every resource has.
 *
 * @param resourceVersion the revision of the last put, in decimal; null for what was never stored
 * @param generation grows by one at each change of the spec; null for what was never stored
 */
public record ObjectMeta(
        @Nullable String name,
        @Nullable String generateName,
        @Nullable String tenant,
        @Nullable String namespace,
        @Nullable String uid,
        @Nullable String resourceVersion,
        @Nullable Long generation,
        @Nullable Instant creationTimestamp,
        @Nullable Instant deletionTimestamp,
        @Nullable Long deletionGracePeriodSeconds,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<OwnerReference> ownerReferences,
        List<String> finalizers) {
    public ObjectMeta {
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
        ownerReferences = Copies.list(ownerReferences);
        finalizers = Copies.list(finalizers);
    }

    /** The object that this one belongs to, and goes with. */
    public record OwnerReference(
            String apiVersion,
            String kind,
            String name,
            String uid,
            @Nullable Boolean controller,
            @Nullable Boolean blockOwnerDeletion) {}

    public static ObjectMeta named(String name) {
        return new ObjectMeta(
                name, null, null, null, null, null, null, null, null, null, Map.of(), Map.of(), List.of(), List.of());
    }

    public ObjectMeta withName(String value) {
        return new ObjectMeta(
                value,
                null,
                tenant,
                namespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                annotations,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withPlace(@Nullable String newTenant, @Nullable String newNamespace) {
        return new ObjectMeta(
                name,
                generateName,
                newTenant,
                newNamespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                annotations,
                ownerReferences,
                finalizers);
    }

    /** As first stored. */
    public ObjectMeta created(String newUid, Instant now) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                newUid,
                null,
                1L,
                now,
                null,
                null,
                labels,
                annotations,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withResourceVersion(@Nullable String value) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                value,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                annotations,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withGeneration(long value) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                resourceVersion,
                value,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                annotations,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withDeletion(Instant at, long graceSeconds) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                at,
                graceSeconds,
                labels,
                annotations,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withLabels(Map<String, String> value) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                value,
                annotations,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withAnnotations(Map<String, String> value) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                value,
                ownerReferences,
                finalizers);
    }

    public ObjectMeta withOwner(OwnerReference owner) {
        return withOwners(List.of(owner));
    }

    public ObjectMeta withOwners(List<OwnerReference> value) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                annotations,
                value,
                finalizers);
    }

    public ObjectMeta withFinalizers(List<String> value) {
        return new ObjectMeta(
                name,
                generateName,
                tenant,
                namespace,
                uid,
                resourceVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                labels,
                annotations,
                ownerReferences,
                value);
    }
}
