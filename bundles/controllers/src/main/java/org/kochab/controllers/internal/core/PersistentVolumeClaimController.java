package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolume.ClaimReference;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Quantity;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Says of each claim whether it is bound, which it is once a pod with it has its node; gives it the free volume that it names; and lets it go when no pod has it any more, and its volume with it. The node of a
 * new volume is the scheduler's choice, which the partition stores.
 */
public final class PersistentVolumeClaimController implements Controller {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final String STORAGE = "storage";

    @Override
    public String name() {
        return "persistentvolumeclaim";
    }

    @Override
    public Kind kind() {
        return Kind.PERSISTENT_VOLUME_CLAIM;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        PersistentVolumeClaim claim =
                context.get(object).map(PersistentVolumeClaim.class::cast).orElse(null);
        return claim == null || claim.spec() == null ? Outcome.DONE : look(context, object, claim);
    }

    static Outcome look(ControllerContext context, ResourceRef object, PersistentVolumeClaim claim) {
        String name = claim.volumeName();
        PersistentVolume volume = name == null
                ? null
                : context.get(new ResourceRef(object.tenant(), Kind.PERSISTENT_VOLUME, null, name))
                        .map(PersistentVolume.class::cast)
                        .orElse(null);
        if (Owners.marked(claim)) {
            return end(context, object, claim, volume);
        }
        if (name == null) {
            return Outcome.DONE;
        }
        if (volume != null && isFreeFor(claim, volume)) {
            return take(context, object, claim, volume);
        }
        if (volume != null && volume.isOf(claim)) {
            return bind(context, object, claim, volume);
        }
        if (isBound(claim)) {
            context.updateStatus(
                    object.tenant(),
                    claim.withStatus(new PersistentVolumeClaim.Status(
                            PersistentVolumeClaim.LOST,
                            List.of(),
                            Objects.requireNonNull(claim.status()).capacity())));
            context.event(
                    claim,
                    "Warning",
                    "ClaimLost",
                    "Its volume " + name + " is gone, or is another claim's: its data are lost to it.");
            return Outcome.DONE;
        }
        // It may name a volume that is still to come, or to be let go by another claim.
        return new Outcome.Again(LOOK_AGAIN);
    }

    static boolean isBound(PersistentVolumeClaim claim) {
        return claim.status() != null && claim.status().phase().equals(PersistentVolumeClaim.BOUND);
    }

    private static boolean isFreeFor(PersistentVolumeClaim claim, PersistentVolume volume) {
        ClaimReference reserved = volume.spec() == null ? null : volume.spec().claimRef();
        return !Owners.marked(volume)
                && (reserved == null
                        || reserved.uid() == null
                                && reserved.name().equals(claim.metadata().name())
                                && reserved.namespace().equals(claim.metadata().namespace()));
    }

    /** Gives a claim the volume that it names and that nobody has. */
    private static Outcome take(
            ControllerContext context, ResourceRef object, PersistentVolumeClaim claim, PersistentVolume volume) {
        PersistentVolume.Spec s = Objects.requireNonNull(volume.spec());
        PersistentVolumeClaim.Spec asked = Objects.requireNonNull(claim.spec());
        String wanted =
                asked.resources() == null ? null : asked.resources().requests().get(STORAGE);
        if (less(s.capacity().get(STORAGE), wanted)) {
            context.event(
                    claim,
                    "Warning",
                    "VolumeMismatch",
                    "Volume " + volume.metadata().name()
                            + " is smaller than the claim: ask for less, or name another.");
            return new Outcome.Again(LOOK_AGAIN.multipliedBy(12));
        }
        ClaimReference claimed = new ClaimReference(
                claim.apiVersion(),
                claim.kind(),
                String.valueOf(claim.metadata().namespace()),
                String.valueOf(claim.metadata().name()),
                claim.metadata().uid());
        context.update(
                object.tenant(),
                volume.withSpec(new PersistentVolume.Spec(
                        s.capacity(),
                        s.accessModes(),
                        s.persistentVolumeReclaimPolicy(),
                        s.storageClassName(),
                        s.volumeMode(),
                        claimed,
                        s.nodeAffinity(),
                        s.provisioner(),
                        s.parameters())));
        return new Outcome.Again(Duration.ZERO);
    }

    private static boolean less(@Nullable String has, @Nullable String wanted) {
        return has != null
                && wanted != null
                && Quantity.parse(has).milli() < Quantity.parse(wanted).milli();
    }

    private static Outcome bind(
            ControllerContext context, ResourceRef object, PersistentVolumeClaim claim, PersistentVolume volume) {
        if (volume.isPending()
                && !hasPodOn(context, object, claim, volume.node().orElse(""))) {
            return Outcome.DONE;
        }
        if (volume.status() == null || !volume.status().phase().equals(PersistentVolume.BOUND)) {
            context.updateStatus(
                    object.tenant(), volume.withStatus(new PersistentVolume.Status(PersistentVolume.BOUND, null)));
        }
        if (!isBound(claim)) {
            PersistentVolume.Spec s = Objects.requireNonNull(volume.spec());
            context.updateStatus(
                    object.tenant(),
                    claim.withStatus(new PersistentVolumeClaim.Status(
                            PersistentVolumeClaim.BOUND, s.accessModes(), s.capacity())));
        }
        return Outcome.DONE;
    }

    private static boolean hasPodOn(
            ControllerContext context, ResourceRef object, PersistentVolumeClaim claim, String node) {
        return ClaimedPods.of(context, object.tenant(), claim).stream()
                .anyMatch(p -> p.spec() != null && node.equals(p.spec().nodeName()));
    }

    private static Outcome end(
            ControllerContext context,
            ResourceRef object,
            PersistentVolumeClaim claim,
            @Nullable PersistentVolume volume) {
        if (!claim.metadata().finalizers().contains(Finalizers.CLAIM_PROTECTION)) {
            return Outcome.DONE;
        }
        List<Pod> pods = ClaimedPods.of(context, object.tenant(), claim);
        if (!pods.isEmpty()) {
            // The pods tell when they change.
            return Outcome.DONE;
        }
        if (volume != null && volume.isOf(claim)) {
            release(context, object, volume);
        }
        GarbageCollector.finish(context, object, claim, Finalizers.CLAIM_PROTECTION);
        return Outcome.DONE;
    }

    /** The claim of the volume goes, or is gone. */
    static void release(ControllerContext context, ResourceRef object, PersistentVolume volume) {
        PersistentVolume.Spec spec = Objects.requireNonNull(volume.spec());
        if (PersistentVolume.DELETE.equals(spec.persistentVolumeReclaimPolicy())) {
            if (!Owners.marked(volume)) {
                context.delete(
                        new ResourceRef(
                                object.tenant(),
                                Kind.PERSISTENT_VOLUME,
                                null,
                                String.valueOf(volume.metadata().name())),
                        DeleteOptions.DEFAULT);
            }
        } else if (volume.status() == null || !volume.status().phase().equals(PersistentVolume.RELEASED)) {
            context.updateStatus(
                    object.tenant(), volume.withStatus(new PersistentVolume.Status(PersistentVolume.RELEASED, null)));
        }
    }
}
