package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Pod;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.CommandState;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** The next step of an action that has not ended. */
final class ActionStep {
    static final int MOST_WAITING = 16;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ControllerContext context;
    private final ResourceRef object;
    private final Action action;
    private final Action.Spec spec;
    private final Duration left;

    ActionStep(ControllerContext context, ResourceRef object, Action action) {
        this.context = context;
        this.object = object;
        this.action = action;
        this.spec = Objects.requireNonNull(action.spec());
        Instant created = action.metadata().creationTimestamp();
        Instant deadline = (created == null ? context.now() : created)
                .plusSeconds(spec.timeoutSeconds() == null ? 1 : spec.timeoutSeconds());
        this.left = Duration.between(context.now(), deadline);
    }

    Outcome next() {
        Pod pod = context.get(new ResourceRef(object.tenant(), Kind.POD, object.namespace(), spec.pod()))
                .map(Pod.class::cast)
                .orElse(null);
        Optional<OwnerReference> owner = ActionController.podOf(action);
        if (pod == null && owner.isEmpty()) {
            return end(Action.FAILED, "PodNotFound", "There is no pod " + spec.pod() + " in this namespace.");
        }
        if (pod == null
                || owner.filter(o -> !o.uid().equals(pod.metadata().uid())).isPresent()) {
            return end(Action.FAILED, "PodDeleted", "Pod " + spec.pod() + " was deleted.");
        }
        if (owner.isEmpty()) {
            return adopt(pod);
        }
        if (Owners.marked(pod)) {
            return end(Action.FAILED, "PodDeleted", "Pod " + spec.pod() + " is being deleted.");
        }
        if (!PodState.active(pod)) {
            return end(Action.FAILED, "PodEnded", "Pod " + spec.pod() + " has ended.");
        }
        return running() ? ask(pod) : begin(pod);
    }

    /** Gives the action to its pod, with which it goes. Whoever made it may control it. */
    private Outcome adopt(Pod pod) {
        OwnerReference whole = Owners.controlledBy(pod);
        boolean controlled = Owners.controllerOf(action).isPresent();
        List<OwnerReference> owners = new ArrayList<>(action.metadata().ownerReferences());
        owners.add(
                controlled
                        ? new OwnerReference(whole.apiVersion(), whole.kind(), whole.name(), whole.uid(), null, null)
                        : whole);
        context.update(object.tenant(), action.withMetadata(action.metadata().withOwners(owners)));
        return Outcome.DONE;
    }

    private boolean isThis(Action other) {
        return String.valueOf(other.metadata().uid())
                .equals(String.valueOf(action.metadata().uid()));
    }

    private boolean running() {
        return action.status() != null && action.status().phase().equals(Action.RUNNING);
    }

    private Outcome begin(Pod pod) {
        if (pod.spec() == null || pod.spec().tasks().size() != 1) {
            return end(
                    Action.FAILED,
                    "NotSupported",
                    "Pod " + spec.pod() + " has several containers: only pods with a virtual machine have actions.");
        }
        List<Action> waiting = ActionController.siblings(context, object, action).stream()
                .filter(a -> !a.finished())
                .sorted(ActionController.BY_AGE)
                .toList();
        Optional<Action> first = waiting.stream()
                .filter(a -> a.status() != null && a.status().phase().equals(Action.RUNNING))
                .findFirst()
                .or(() -> waiting.stream().findFirst());
        if (first.isPresent() && !isThis(first.get())) {
            long before = waiting.stream().takeWhile(a -> !isThis(a)).count();
            return before > MOST_WAITING
                    ? end(
                            Action.FAILED,
                            "TooManyActions",
                            MOST_WAITING + " actions of pod " + spec.pod()
                                    + " wait already: try again when some have ended.")
                    : await("It waits for action " + first.get().metadata().name() + " of the same pod.");
        }
        String node = pod.spec().nodeName();
        if (node == null) {
            return await("Pod " + spec.pod() + " has no node yet.");
        }
        if (isOver()) {
            return late("");
        }
        context.updateStatus(
                object.tenant(),
                action.withStatus(new Action.Status(Action.RUNNING, null, null, context.now(), null, node)));
        return Outcome.DONE;
    }

    private Outcome ask(Pod pod) {
        String node = action.status() == null ? null : action.status().node();
        if (node == null || pod.spec() == null || !node.equals(pod.spec().nodeName())) {
            return end(Action.FAILED, "PodMoved", "Pod " + spec.pod() + " is not on node " + node + " any more.");
        }
        Container task = pod.spec().tasks().get(0);
        CommandState state = context.command(
                object,
                node,
                new NodeCommand.Act(
                        String.valueOf(pod.metadata().uid()),
                        task.name(),
                        String.valueOf(action.metadata().uid()),
                        String.valueOf(spec.action()),
                        spec.snapshotName(),
                        Math.max(0, left.toSeconds())));
        if (state instanceof CommandState.Ended ended) {
            return answered(ended);
        }
        String why = ((CommandState.UnderWay) state).message();
        return isOver() ? late(why) : await(why);
    }

    private Outcome answered(CommandState.Ended ended) {
        String message = ended.output().strip();
        return switch (ended.exitCode()) {
            case NodeCommand.Act.DONE -> end(Action.SUCCEEDED, "Completed", message);
            case NodeCommand.Act.REFUSED -> end(Action.FAILED, "NotSupported", message);
            case NodeCommand.Act.INTERRUPTED -> end(Action.FAILED, "Interrupted", message);
            default -> end(Action.FAILED, "ActionFailed", message);
        };
    }

    private boolean isOver() {
        return left.isNegative() || left.isZero();
    }

    /** Waits for something that the action does not hear of, and not beyond its deadline. */
    private Outcome await(String why) {
        if (isOver()) {
            return late(why);
        }
        String shown = why.isEmpty() ? null : why;
        Action.Status now = action.status();
        if (shown != null && (now == null || !shown.equals(now.message()))) {
            context.updateStatus(
                    object.tenant(),
                    action.withStatus(new Action.Status(
                            now == null ? Action.PENDING : now.phase(),
                            null,
                            shown,
                            now == null ? null : now.startTime(),
                            null,
                            now == null ? null : now.node())));
        }
        return new Outcome.Again(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
    }

    private Outcome late(String why) {
        String told = why.isEmpty() && action.status() != null ? action.status().message() : why;
        return end(
                Action.FAILED,
                "DeadlineExceeded",
                (running()
                                ? "The node did not say within " + spec.timeoutSeconds()
                                        + " s that it is done; it may still have been."
                                : "It could not begin within " + spec.timeoutSeconds() + " s.")
                        + (told == null || told.isEmpty() ? "" : " " + told));
    }

    private Outcome end(String phase, String reason, @Nullable String message) {
        Action.Status now = action.status();
        context.updateStatus(
                object.tenant(),
                action.withStatus(new Action.Status(
                        phase,
                        reason,
                        message,
                        now == null ? null : now.startTime(),
                        context.now(),
                        now == null ? null : now.node())));
        context.event(
                action,
                phase.equals(Action.SUCCEEDED) ? "Normal" : "Warning",
                reason,
                spec.action() + " of pod " + spec.pod() + ": " + message);
        return Outcome.DONE;
    }
}
