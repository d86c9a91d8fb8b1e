package org.kochab.partition.internal.tenant;

import java.util.List;
import java.util.Objects;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** A vendor's controller that is asked once for what it looks after, so that it cannot change its mind, or throw, when everybody is asked. */
final class SteadyController implements Controller {
    private final Controller vendor;
    private final String name;
    private final Kind kind;
    private final List<Kind> owns;
    private final boolean watchesNodes;
    private final boolean watchesBindings;

    SteadyController(Controller vendor) {
        this.vendor = vendor;
        this.name = Objects.requireNonNull(vendor.name(), "name() of a controller");
        this.kind = Objects.requireNonNull(vendor.kind(), "kind() of controller " + name);
        this.owns = List.copyOf(vendor.owns());
        this.watchesNodes = vendor.watchesNodes();
        this.watchesBindings = vendor.watchesBindings();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public List<Kind> owns() {
        return owns;
    }

    @Override
    public boolean watchesNodes() {
        return watchesNodes;
    }

    @Override
    public boolean watchesBindings() {
        return watchesBindings;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        return vendor.reconcile(context, object);
    }
}
