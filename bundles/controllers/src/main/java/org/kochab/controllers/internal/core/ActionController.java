package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Action;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Brings each action to its end: gives it to the node of its pod, one at a time for each pod and in the order of their creation, under the action's uid, by which the node knows
 * it when it is asked again. Whatever happens, the action has ended by its deadline. Ended ones are deleted after their time, and all but the latest of a pod.
 */
public final class ActionController implements Controller {
    static final int MOST_FINISHED = 10;

    static final Comparator<Action> BY_AGE = Comparator.comparing(
                    (Action a) -> a.metadata().creationTimestamp(), Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(a -> String.valueOf(a.metadata().name()));

    @Override
    public String name() {
        return "action";
    }

    @Override
    public Kind kind() {
        return Kind.ACTION;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Action action = context.get(object).map(Action.class::cast).orElse(null);
        if (action == null || action.spec() == null || Owners.marked(action)) {
            return Outcome.DONE;
        }
        return action.finished() ? keep(context, object, action) : new ActionStep(context, object, action).next();
    }

    /** Deletes an ended action after its time, and those that have too many later ones. */
    private static Outcome keep(ControllerContext context, ResourceRef object, Action action) {
        List<Action> ended = siblings(context, object, action).stream()
                .filter(Action::finished)
                .sorted(BY_AGE)
                .toList();
        if (ended.size() > MOST_FINISHED) {
            context.deleteAll(
                    Kind.ACTION,
                    List.<Resource>copyOf(ended.subList(0, ended.size() - MOST_FINISHED)),
                    DeleteOptions.DEFAULT);
        }
        Integer seconds = action.spec() == null ? null : action.spec().ttlSecondsAfterFinished();
        Instant end = action.status() == null ? null : action.status().completionTime();
        if (seconds == null || end == null) {
            return Outcome.DONE;
        }
        Duration left = Duration.between(context.now(), end.plusSeconds(seconds));
        if (left.isNegative() || left.isZero()) {
            context.deleteAll(Kind.ACTION, List.of(action), DeleteOptions.DEFAULT);
            return Outcome.DONE;
        }
        return new Outcome.Again(left);
    }

    /** The pod that the action has found, among its owners. */
    static Optional<OwnerReference> podOf(Action action) {
        return action.metadata().ownerReferences().stream()
                .filter(o -> o.kind().equals(Kind.POD.name()))
                .filter(o ->
                        action.spec() != null && o.name().equals(action.spec().pod()))
                .findFirst();
    }

    /** The actions of the same pod; of one that never had a pod, those of its namespace that have none either. */
    static List<Action> siblings(ControllerContext context, ResourceRef object, Action action) {
        Optional<OwnerReference> pod = podOf(action);
        List<Resource> all = pod.isPresent()
                ? context.dependents(object.tenant(), Kind.ACTION, pod.get().uid())
                : context.uncontrolled(object.tenant(), Kind.ACTION, object.namespace());
        return all.stream().map(Action.class::cast).toList();
    }
}
