package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.model.StatefulSet.VolumeClaimTemplate;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.spi.controller.ControllerContext;

/**
 * The claims of a stateful set's pods, {@code TEMPLATE-SET-NUMBER}. They are made before their pod. Nobody owns them: they stay when the pod or the set goes, so
 * that the next pod of the number finds its data.
 */
final class OrdinalClaims {
    private OrdinalClaims() {}

    /**
     * Makes the claims that are missing.
     *
     * @param pods that are to be made
     * @return those that can be: a claim that is being deleted would be made again in vain, so its pod waits until it is gone
     * @throws ResourceException if a claim is refused
     */
    static List<Pod> provide(ControllerContext context, TenantId tenant, StatefulSet set, List<Pod> pods) {
        if (set.spec() == null || set.spec().volumeClaimTemplates().isEmpty()) {
            return pods;
        }
        List<Pod> can = new ArrayList<>();
        List<Resource> missing = new ArrayList<>();
        for (Pod pod : pods) {
            boolean ending = false;
            for (VolumeClaimTemplate template : set.spec().volumeClaimTemplates()) {
                PersistentVolumeClaim wanted =
                        claim(set, template, String.valueOf(pod.metadata().name()));
                Resource found = context.get(new ResourceRef(
                                tenant,
                                Kind.PERSISTENT_VOLUME_CLAIM,
                                wanted.metadata().namespace(),
                                String.valueOf(wanted.metadata().name())))
                        .orElse(null);
                if (found == null) {
                    missing.add(wanted);
                } else {
                    ending |= Owners.marked(found);
                }
            }
            if (!ending) {
                can.add(pod);
            }
        }
        create(context, tenant, set, missing);
        return can;
    }

    private static void create(ControllerContext context, TenantId tenant, StatefulSet set, List<Resource> missing) {
        if (missing.isEmpty()) {
            return;
        }
        List<Outcome> outcomes = context.createAll(tenant, missing);
        for (int i = 0; i < outcomes.size(); i++) {
            String name = String.valueOf(missing.get(i).metadata().name());
            if (outcomes.get(i) instanceof Outcome.Refused refused) {
                if (refused.reason() == ResourceException.Reason.INVALID) {
                    context.event(
                            set, "Warning", "FailedCreate", "Error creating claim " + name + ": " + refused.message());
                }
                throw new ResourceException(refused.reason(), "claim " + name + " was refused: " + refused.message());
            }
            context.event(set, "Normal", "SuccessfulCreate", "Created claim: " + name);
        }
    }

    /** As in Kubernetes, it has the labels of its template, and those that the set selects by. */
    private static PersistentVolumeClaim claim(StatefulSet set, VolumeClaimTemplate template, String pod) {
        ObjectMeta from = template.metadata() == null ? Templates.blank() : template.metadata();
        Map<String, String> labels = new TreeMap<>(from.labels());
        if (set.spec() != null && set.spec().selector() != null) {
            labels.putAll(set.spec().selector().matchLabels());
        }
        ObjectMeta meta = Templates.blank()
                .withName(template.claimOf(pod))
                .withPlace(set.metadata().tenant(), set.metadata().namespace())
                .withLabels(labels)
                .withAnnotations(from.annotations());
        return new PersistentVolumeClaim(
                Kind.PERSISTENT_VOLUME_CLAIM.apiVersion(),
                Kind.PERSISTENT_VOLUME_CLAIM.name(),
                meta,
                template.spec(),
                null);
    }
}
