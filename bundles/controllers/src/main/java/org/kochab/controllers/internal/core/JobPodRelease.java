package org.kochab.controllers.internal.core;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Lets go of pods that wait to be counted by a job that they do not belong to any more. */
public final class JobPodRelease implements Controller {
    @Override
    public String name() {
        return "job-pod-release";
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
    public boolean watchesBindings() {
        return false;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Pod pod = context.get(object).map(Pod.class::cast).orElse(null);
        if (pod != null && JobCount.tracked(pod) && !hasJob(context, object, pod)) {
            JobController.release(context, object.tenant(), pod);
        }
        return Outcome.DONE;
    }

    private static boolean hasJob(ControllerContext context, ResourceRef object, Pod pod) {
        return Owners.controllerOf(pod)
                .filter(o -> o.kind().equals(Kind.JOB.name()))
                .flatMap(o -> context.get(new ResourceRef(object.tenant(), Kind.JOB, object.namespace(), o.name()))
                        .filter(j -> o.uid().equals(j.metadata().uid())))
                .isPresent();
    }
}
