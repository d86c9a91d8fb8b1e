package org.kochab.controllers.internal.core;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.TenantId;
import org.kochab.spi.controller.ControllerContext;

/** Does what {@link Annotations#ROLLBACK_TO} asks for. */
final class Rollback {
    private Rollback() {}

    static boolean asked(Deployment deployment) {
        return deployment.metadata().annotations().containsKey(Annotations.ROLLBACK_TO);
    }

    static void perform(ControllerContext context, TenantId tenant, Deployment deployment, Revisions revisions) {
        String asked = deployment.metadata().annotations().get(Annotations.ROLLBACK_TO);
        Map<String, String> annotations = new TreeMap<>(deployment.metadata().annotations());
        annotations.remove(Annotations.ROLLBACK_TO);
        Deployment cleared = deployment.withMetadata(deployment.metadata().withAnnotations(annotations));
        Optional<ReplicaSet> target = target(asked, revisions);
        if (target.isEmpty()) {
            Deployment stored = (Deployment) context.update(tenant, cleared);
            context.event(
                    stored,
                    "Warning",
                    "RollbackRevisionNotFound",
                    "There is no revision " + asked + " to roll back to");
            return;
        }
        Pod.Template template = Templates.withoutHash(target.get().spec().template());
        long number = Revisions.number(target.get());
        if (Templates.same(template, deployment.spec().template())) {
            Deployment stored = (Deployment) context.update(tenant, cleared);
            context.event(
                    stored, "Warning", "RollbackTemplateUnchanged", "Revision " + number + " is what is deployed");
            return;
        }
        Deployment stored = (Deployment)
                context.update(tenant, cleared.withSpec(cleared.spec().withTemplate(template)));
        context.event(stored, "Normal", "RollbackDone", "Rolled back to revision " + number);
    }

    private static Optional<ReplicaSet> target(String asked, Revisions revisions) {
        long number;
        try {
            number = Long.parseLong(asked.trim());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        var usable = revisions.all().stream()
                .filter(s -> !Owners.marked(s) && s.spec() != null && s.spec().template() != null)
                .toList();
        if (number == 0) {
            return usable.stream()
                    .filter(s -> revisions.current().isEmpty()
                            || s != revisions.current().get())
                    .max(Comparator.comparingLong(Revisions::number));
        }
        return usable.stream().filter(s -> Revisions.number(s) == number).findFirst();
    }
}
