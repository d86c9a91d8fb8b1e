package org.kochab.controllers.internal.core;

import java.util.Optional;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Resource;

/** Owner references. */
final class Owners {
    private Owners() {}

    static OwnerReference controlledBy(Resource owner) {
        ObjectMeta meta = owner.metadata();
        return new OwnerReference(
                owner.apiVersion(),
                owner.kind(),
                String.valueOf(meta.name()),
                String.valueOf(meta.uid()),
                Boolean.TRUE,
                Boolean.TRUE);
    }

    static Optional<OwnerReference> controllerOf(Resource resource) {
        return resource.metadata().ownerReferences().stream()
                .filter(o -> Boolean.TRUE.equals(o.controller()))
                .findFirst();
    }

    static boolean controls(Resource owner, Resource dependent) {
        return controllerOf(dependent)
                .map(o -> o.uid().equals(owner.metadata().uid()))
                .orElse(false);
    }

    static boolean marked(Resource resource) {
        return resource.metadata().deletionTimestamp() != null;
    }

    /** The dependent without its references to one owner. */
    static Resource without(Resource dependent, String ownerUid) {
        ObjectMeta meta = dependent.metadata();
        return dependent.withMetadata(meta.withOwners(meta.ownerReferences().stream()
                .filter(o -> !o.uid().equals(ownerUid))
                .toList()));
    }
}
