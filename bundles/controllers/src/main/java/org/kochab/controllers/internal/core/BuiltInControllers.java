package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.kochab.spi.controller.Controller;

/** All controllers of this bundle. */
public final class BuiltInControllers {
    private BuiltInControllers() {}

    public static List<Controller> all() {
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
        return List.copyOf(all);
    }
}
