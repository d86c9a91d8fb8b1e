package org.kochab.controllers.internal.osgi;

import java.util.ArrayList;
import java.util.List;
import org.kochab.controllers.internal.core.BuiltInControllers;
import org.kochab.spi.controller.Controller;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Offers the built-in controllers, each as a service of its own, as a vendor would. */
@Component(service = {})
public final class ControllersComponent {
    private final List<ServiceRegistration<Controller>> registrations = new ArrayList<>();

    @Activate
    public ControllersComponent(BundleContext bundle) {
        for (Controller c : BuiltInControllers.all()) {
            registrations.add(bundle.registerService(Controller.class, c, null));
        }
    }

    @Deactivate
    void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
