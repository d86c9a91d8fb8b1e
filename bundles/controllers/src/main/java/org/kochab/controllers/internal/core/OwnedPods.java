package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.spi.controller.ControllerContext;

/** Pods that a workload object controls. */
final class OwnedPods {
    private OwnedPods() {}

    static List<Pod> of(ControllerContext context, TenantId tenant, Resource owner) {
        return context
                .dependents(tenant, Kind.POD, String.valueOf(owner.metadata().uid()))
                .stream()
                .map(Pod.class::cast)
                .filter(p -> Owners.controls(owner, p))
                .toList();
    }

    /** A pod of the owner's template, whose name begins so. */
    static Pod fresh(
            Resource owner, String generateName, Pod.Template template, Map<String, String> moreLabels, PodSpec spec) {
        return made(owner, null, generateName, template, moreLabels, spec);
    }

    /** A pod of the owner's template with this name. */
    static Pod named(Resource owner, String name, Pod.Template template, Map<String, String> moreLabels, PodSpec spec) {
        return made(owner, name, null, template, moreLabels, spec);
    }

    private static Pod made(
            Resource owner,
            @Nullable String name,
            @Nullable String generateName,
            Pod.Template template,
            Map<String, String> moreLabels,
            PodSpec spec) {
        ObjectMeta from = Templates.meta(template);
        Map<String, String> labels = new TreeMap<>(from.labels());
        labels.putAll(moreLabels);
        ObjectMeta meta = new ObjectMeta(
                name,
                generateName,
                owner.metadata().tenant(),
                owner.metadata().namespace(),
                null,
                null,
                null,
                null,
                null,
                null,
                labels,
                from.annotations(),
                List.of(Owners.controlledBy(owner)),
                from.finalizers());
        return new Pod(Kind.POD.apiVersion(), Kind.POD.name(), meta, spec, null);
    }

    /**
     * Creates pods and records that, also if some are refused.
     *
     * @param to takes what was created
     * @return the first refusal
     */
    static Optional<Outcome.Refused> create(
            ControllerContext context, TenantId tenant, Resource owner, List<? extends Resource> wanted, List<Pod> to) {
        List<String> names = new ArrayList<>();
        Outcome.Refused refused = null;
        for (Outcome o : context.createAll(tenant, List.copyOf(wanted))) {
            if (o instanceof Outcome.Stored s) {
                names.add(String.valueOf(s.resource().metadata().name()));
                to.add((Pod) s.resource());
            } else if (refused == null && o instanceof Outcome.Refused r) {
                refused = r;
            }
        }
        tell(context, owner, "SuccessfulCreate", "Created", names);
        if (refused != null && refused.reason() == ResourceException.Reason.INVALID) {
            context.event(owner, "Warning", "FailedCreate", "Error creating: " + refused.message());
        }
        return Optional.ofNullable(refused);
    }

    static ResourceException failure(Object owner, Outcome.Refused refused) {
        return new ResourceException(refused.reason(), "pods of " + owner + " were refused: " + refused.message());
    }

    /** Deletes pods and records that. */
    static void delete(ControllerContext context, Resource owner, List<? extends Resource> pods) {
        context.deleteAll(Kind.POD, List.copyOf(pods), DeleteOptions.DEFAULT);
        tell(
                context,
                owner,
                "SuccessfulDelete",
                "Deleted",
                pods.stream().map(p -> String.valueOf(p.metadata().name())).toList());
    }

    private static void tell(
            ControllerContext context, Resource owner, String reason, String verb, List<String> names) {
        if (names.size() > 3) {
            context.event(owner, "Normal", reason, verb + " " + names.size() + " pods");
        } else {
            names.forEach(n -> context.event(owner, "Normal", reason, verb + " pod: " + n));
        }
    }
}
