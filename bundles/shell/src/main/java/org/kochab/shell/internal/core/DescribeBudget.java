package org.kochab.shell.internal.core;

import java.util.List;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.resourcetext.Selectors;

/** Disruption budgets at length. */
final class DescribeBudget {
    private DescribeBudget() {}

    static void of(List<String> lines, PodDisruptionBudget budget) {
        PodDisruptionBudget.Spec spec = budget.spec();
        if (spec != null) {
            lines.add(Facts.line("Min available", ResourceTables.orNone(spec.minAvailable())));
            lines.add(Facts.line("Max unavailable", ResourceTables.orNone(spec.maxUnavailable())));
            lines.add(Facts.line("Selector", Selectors.text(spec.selector())));
        }
        PodDisruptionBudget.Status status = budget.status();
        if (status != null) {
            lines.add(Facts.line("Allowed now", status.disruptionsAllowed() + " disruptions"));
            lines.add(Facts.line(
                    "Healthy",
                    status.currentHealthy() + " of " + status.expectedPods() + " pods, at least "
                            + status.desiredHealthy() + " wanted"));
        }
    }
}
