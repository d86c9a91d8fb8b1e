package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PodDisruptionBudget;

final class PodDisruptionBudgetRules implements KindRules<PodDisruptionBudget> {
    @Override
    public Kind kind() {
        return Kind.POD_DISRUPTION_BUDGET;
    }

    @Override
    public PodDisruptionBudget complete(PodDisruptionBudget wanted) {
        return wanted;
    }

    @Override
    public void check(PodDisruptionBudget budget, Problems problems) {
        PodDisruptionBudget.Spec spec = budget.spec();
        if (spec == null || (spec.minAvailable() == null) == (spec.maxUnavailable() == null)) {
            problems.add("spec", "needs one of minAvailable and maxUnavailable, for example maxUnavailable: 1");
            return;
        }
        DeploymentRules.share(spec.minAvailable(), 100, "spec.minAvailable", problems);
        DeploymentRules.share(spec.maxUnavailable(), 100, "spec.maxUnavailable", problems);
        if (spec.selector() != null) {
            Names.selector(spec.selector(), "spec.selector", problems);
        }
    }

    @Override
    public void checkChange(PodDisruptionBudget current, PodDisruptionBudget wanted, Problems problems) {
        // All of it may change.
    }

    @Override
    public PodDisruptionBudget merge(PodDisruptionBudget current, PodDisruptionBudget wanted) {
        return new PodDisruptionBudget(
                current.apiVersion(), current.kind(), wanted.metadata(), wanted.spec(), current.status());
    }

    @Override
    public PodDisruptionBudget withStatusOf(PodDisruptionBudget current, PodDisruptionBudget other) {
        return current.withStatus(other.status());
    }

    @Override
    public PodDisruptionBudget fresh(PodDisruptionBudget wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(PodDisruptionBudget a, PodDisruptionBudget b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
