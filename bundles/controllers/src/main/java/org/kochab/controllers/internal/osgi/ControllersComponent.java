package org.kochab.controllers.internal.osgi;

import java.util.ArrayList;
import java.util.List;
import org.kochab.controllers.internal.core.ActionController;
import org.kochab.controllers.internal.core.BudgetsOfPods;
import org.kochab.controllers.internal.core.ClaimsOfPods;
import org.kochab.controllers.internal.core.ContentsController;
import org.kochab.controllers.internal.core.CronJobController;
import org.kochab.controllers.internal.core.DaemonSetController;
import org.kochab.controllers.internal.core.DeploymentController;
import org.kochab.controllers.internal.core.EndpointsController;
import org.kochab.controllers.internal.core.EndpointsOfPods;
import org.kochab.controllers.internal.core.FunctionController;
import org.kochab.controllers.internal.core.GarbageCollector;
import org.kochab.controllers.internal.core.JobController;
import org.kochab.controllers.internal.core.JobPodRelease;
import org.kochab.controllers.internal.core.PersistentVolumeClaimController;
import org.kochab.controllers.internal.core.PersistentVolumeController;
import org.kochab.controllers.internal.core.PodAdoption;
import org.kochab.controllers.internal.core.PodDisruptionBudgetController;
import org.kochab.controllers.internal.core.ReplicaSetController;
import org.kochab.controllers.internal.core.ServiceAccountController;
import org.kochab.controllers.internal.core.StatefulSetController;
import org.kochab.controllers.internal.core.StorageClassController;
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
        List<Controller> all = new ArrayList<>();
        all.add(new DeploymentController());
        all.add(new FunctionController());
        all.add(new ReplicaSetController());
        all.add(new StatefulSetController());
        all.add(new DaemonSetController());
        all.add(new JobController());
        all.add(new JobPodRelease());
        all.add(new CronJobController());
        all.add(new EndpointsController());
        all.add(new EndpointsOfPods());
        all.add(new PodAdoption());
        all.add(new ActionController());
        all.add(new StorageClassController());
        all.add(new PodDisruptionBudgetController());
        all.add(new BudgetsOfPods());
        all.add(ServiceAccountController.ofNamespaces());
        all.add(ServiceAccountController.ofAccounts());
        all.add(new PersistentVolumeController());
        all.add(new PersistentVolumeClaimController());
        all.add(new ClaimsOfPods());
        all.add(ContentsController.ofNamespaces());
        all.add(ContentsController.ofTenants());
        all.add(ContentsController.ofDefinitions());
        all.addAll(GarbageCollector.all());
        for (Controller c : all) {
            registrations.add(bundle.registerService(Controller.class, c, null));
        }
    }

    @Deactivate
    void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
