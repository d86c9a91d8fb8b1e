package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolume.ClaimReference;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.CommandState;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Lets volumes go: one whose claim is gone as its policy says, and one that is deleted only after its node has said that its data are deleted, however long that takes. A node that says nothing, and a claim that may be there, change nothing.
 */
public final class PersistentVolumeController implements Controller {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(11);
    private static final long SECONDS = 60;

    @Override
    public String name() {
        return "persistentvolume";
    }

    @Override
    public Kind kind() {
        return Kind.PERSISTENT_VOLUME;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        PersistentVolume volume =
                context.get(object).map(PersistentVolume.class::cast).orElse(null);
        if (volume == null || volume.spec() == null) {
            return Outcome.DONE;
        }
        if (Owners.marked(volume)) {
            return volume.metadata().finalizers().contains(Finalizers.VOLUME_PROTECTION)
                    ? end(context, object, volume)
                    : Outcome.DONE;
        }
        ClaimReference claimed = volume.spec().claimRef();
        if (claimed == null) {
            say(context, object, volume, PersistentVolume.AVAILABLE, null);
        } else if (claimed.uid() != null && !hasClaim(context, object, volume)) {
            PersistentVolumeClaimController.release(context, object, volume);
        }
        return Outcome.DONE;
    }

    /** Whether the very claim that has the volume is there; the partition's leader knows all there are. */
    private static boolean hasClaim(ControllerContext context, ResourceRef object, PersistentVolume volume) {
        ClaimReference claimed = volume.spec() == null ? null : volume.spec().claimRef();
        return claimed != null
                && context.get(new ResourceRef(
                                object.tenant(), Kind.PERSISTENT_VOLUME_CLAIM, claimed.namespace(), claimed.name()))
                        .filter(c -> volume.isOf((PersistentVolumeClaim) c))
                        .isPresent();
    }

    private static Outcome end(ControllerContext context, ResourceRef object, PersistentVolume volume) {
        if (hasClaim(context, object, volume)) {
            return new Outcome.Again(LOOK_AGAIN);
        }
        PersistentVolume.Spec spec = Objects.requireNonNull(volume.spec());
        boolean kept = !PersistentVolume.DELETE.equals(spec.persistentVolumeReclaimPolicy());
        String node = volume.node().orElse(null);
        if (kept || node == null || volume.metadata().annotations().containsKey(Annotations.FORCE_DELETE)) {
            return finish(context, object, volume);
        }
        String uid = String.valueOf(volume.metadata().uid());
        CommandState state = context.command(
                object,
                node,
                new NodeCommand.DeleteVolume(
                        "volume-" + uid, object.tenant().value(), uid, String.valueOf(spec.provisioner()), SECONDS));
        if (state instanceof CommandState.Ended ended) {
            if (ended.exitCode() == 0) {
                return finish(context, object, volume);
            }
            say(
                    context,
                    object,
                    volume,
                    PersistentVolume.FAILED,
                    "Node " + node + ": " + ended.output().strip());
            return new Outcome.Again(AFTER_REFUSAL);
        }
        String why = ((CommandState.UnderWay) state).message();
        if (!why.isEmpty()) {
            say(context, object, volume, PersistentVolume.FAILED, why);
        }
        return new Outcome.Again(LOOK_AGAIN);
    }

    private static Outcome finish(ControllerContext context, ResourceRef object, PersistentVolume volume) {
        GarbageCollector.finish(context, object, volume, Finalizers.VOLUME_PROTECTION);
        return Outcome.DONE;
    }

    private static void say(
            ControllerContext context,
            ResourceRef object,
            PersistentVolume volume,
            String phase,
            @Nullable String message) {
        PersistentVolume.Status status = new PersistentVolume.Status(phase, message);
        if (!status.equals(volume.status())) {
            context.updateStatus(object.tenant(), volume.withStatus(status));
        }
    }
}
