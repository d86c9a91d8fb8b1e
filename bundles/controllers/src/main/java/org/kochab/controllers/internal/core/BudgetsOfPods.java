package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Looks again at the disruption budgets of a namespace when one of its pods changes: at once, and after that once a second at most, for each look is at all pods of
 * the budget. Of the pods that change meanwhile one comes again for all of them.
 */
public final class BudgetsOfPods implements Controller {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_LOOKS = 1_000;

    /** Of budgets, by uid. What is missing costs one look more. */
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    /**
     * The last look at a budget.
     *
     * @param next when it may be looked at again
     * @param later the pod that comes again then; null if none has changed since
     */
    private record Look(Instant next, @Nullable ResourceRef later) {
        boolean isOver(Instant now) {
            // A clock that was set back must not hold it up.
            return !now.isBefore(next) || next.isAfter(now.plus(PAUSE));
        }
    }

    @Override
    public String name() {
        return "disruption-of-pods";
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
        List<Resource> budgets = context.list(object.tenant(), Kind.POD_DISRUPTION_BUDGET, object.namespace(), null);
        Instant now = context.now();
        Outcome outcome = Outcome.DONE;
        for (Resource budget : budgets) {
            Look look = looks.compute(
                    String.valueOf(budget.metadata().uid()),
                    (uid, last) -> last == null || last.isOver(now)
                            ? new Look(now.plus(PAUSE), null)
                            : last.later() == null ? new Look(last.next(), object) : last);
            if (look.later() == null) {
                PodDisruptionBudgetController.write(context, object.tenant(), (PodDisruptionBudget) budget);
            } else if (look.later().equals(object)) {
                outcome = new Outcome.Again(Duration.between(now, look.next()));
            }
        }
        if (looks.size() > MOST_LOOKS) {
            looks.values().removeIf(look -> look.isOver(now));
        }
        return outcome;
    }
}
