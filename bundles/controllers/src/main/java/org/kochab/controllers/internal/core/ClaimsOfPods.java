package org.kochab.controllers.internal.core;

import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Looks again at claims when a pod that has them gets its node, ends, or is gone. */
public final class ClaimsOfPods implements Controller {
    @Override
    public String name() {
        return "claims-of-pods";
    }

    @Override
    public Kind kind() {
        return Kind.POD;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Optional<Pod> pod = context.get(object).map(Pod.class::cast);
        List<String> named = pod.map(ClaimedPods::claims).orElse(List.of());
        if (pod.isPresent() && named.isEmpty()) {
            return Outcome.DONE;
        }
        for (Resource r : context.list(object.tenant(), Kind.PERSISTENT_VOLUME_CLAIM, object.namespace(), null)) {
            PersistentVolumeClaim claim = (PersistentVolumeClaim) r;
            boolean settled = !Owners.marked(claim) && PersistentVolumeClaimController.isBound(claim);
            if (!settled
                    && (pod.isEmpty()
                            || named.contains(String.valueOf(claim.metadata().name())))) {
                PersistentVolumeClaimController.look(
                        context, ResourceRef.of(Kind.PERSISTENT_VOLUME_CLAIM, claim), claim);
            }
        }
        return Outcome.DONE;
    }
}
