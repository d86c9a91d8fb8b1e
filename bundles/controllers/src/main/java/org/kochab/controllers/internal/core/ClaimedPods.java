package org.kochab.controllers.internal.core;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.spi.controller.ControllerContext;

/** Which pods have a claim. */
final class ClaimedPods {
    private ClaimedPods() {}

    /** Names of the claims that a pod has. */
    static List<String> claims(Pod pod) {
        return pod.spec() == null
                ? List.of()
                : pod.spec().volumes().stream()
                        .filter(v -> v.persistentVolumeClaim() != null)
                        .map(v -> v.persistentVolumeClaim().claimName())
                        .toList();
    }

    /** Pods with the claim that have not ended, also those that have no node yet: one may be on its way to them. */
    static List<Pod> of(ControllerContext context, TenantId tenant, PersistentVolumeClaim claim) {
        return context.list(tenant, Kind.POD, claim.metadata().namespace(), null).stream()
                .map(Pod.class::cast)
                .filter(p -> !PodState.ended(p)
                        && claims(p).contains(claim.metadata().name()))
                .toList();
    }
}
