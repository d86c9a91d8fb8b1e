package org.kochab.controllers.internal.core;

import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Service;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Looks again at the services that a pod belongs to, or belonged to, when it changes. */
public final class EndpointsOfPods implements Controller {
    @Override
    public String name() {
        return "endpoints-of-pods";
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
        List<Resource> services = context.list(object.tenant(), Kind.SERVICE, object.namespace(), null);
        if (services.isEmpty()) {
            return Outcome.DONE;
        }
        Optional<Pod> pod = context.get(object).map(Pod.class::cast);
        for (Resource r : services) {
            Service service = (Service) r;
            if (!Owners.marked(service) && EndpointsController.selects(service)) {
                EndpointsController.write(context, object.tenant(), service, object.name(), pod);
            }
        }
        return Outcome.DONE;
    }
}
