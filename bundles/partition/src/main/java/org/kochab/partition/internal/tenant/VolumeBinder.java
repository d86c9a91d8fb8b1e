package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.VolumeDesk;
import org.kochab.partition.internal.core.tenant.VolumeDesk.Choice;
import org.kochab.partition.internal.core.tenant.VolumeDrafts;

/**
 * Stores the choices of nodes for volumes: first the volume, then the claim with its name. Interrupted in between, the next choice begins with the volume that is there: no pod has
 * been asked for with it. The desk sees the outcome where it sees everything, among the partition's changes; here it is told of failures only.
 *
 * <p>{@link #bind} is called by the pod thread; the writing is on a thread of its own, because it blocks. There are at most as many choices under way as claims with pods.
 */
final class VolumeBinder implements AutoCloseable {
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private final TenantObjects objects;
    private final Gate gate;
    private final Supplier<VolumeDesk> desk;
    private final Inbox inbox;
    private final Worker worker;
    private final LinkedBlockingQueue<Choice> choices = new LinkedBlockingQueue<>();
    private boolean started;

    /** @param desk the present one; asked on the pod thread */
    VolumeBinder(Workshop shop, Partition partition, Gate gate, Supplier<VolumeDesk> desk, Inbox inbox) {
        this.gate = gate;
        this.objects = new TenantObjects(shop, Committer.of(partition));
        this.desk = desk;
        this.inbox = inbox;
        this.worker = new Worker("kochab-" + partition.id() + "-volumes");
    }

    void bind(Choice choice) {
        if (!started) {
            started = true;
            worker.start(() -> {
                while (worker.running()) {
                    store(choices.take());
                }
            });
        }
        choices.add(choice);
    }

    private void store(Choice choice) {
        try {
            write(choice);
        } catch (RuntimeException e) {
            // Whatever it is, the pods must not wait for ever.
            String why = "Its volume cannot be bound to node " + choice.node() + ": " + e.getMessage();
            inbox.post(() -> desk.get().failed(choice, why, false));
            inbox.post(AFTER_FAILURE, () -> desk.get().failed(choice, why, true));
        }
    }

    private void write(Choice choice) {
        TenantId tenant = new TenantId(String.valueOf(choice.claim().metadata().tenant()));
        ResourceRef ref = ResourceRef.of(Kind.PERSISTENT_VOLUME_CLAIM, choice.claim());
        PersistentVolumeClaim claim = objects.get(ref)
                .map(PersistentVolumeClaim.class::cast)
                .filter(c -> String.valueOf(c.metadata().uid())
                        .equals(choice.claim().metadata().uid()))
                .orElseThrow(() -> new ResourceException(Reason.NOT_FOUND, ref + " is gone"));
        String name = choice.former() == null ? VolumeDrafts.name(claim) : choice.former();
        Optional<PersistentVolume> there = objects.get(new ResourceRef(tenant, Kind.PERSISTENT_VOLUME, null, name))
                .map(PersistentVolume.class::cast);
        PersistentVolume volume;
        if (there.isEmpty()) {
            volume = (PersistentVolume)
                    objects.create(tenant, VolumeDrafts.volume(claim, choice.sort(), choice.node()), gate);
        } else if (there.get().isOf(claim) && there.get().isPending()) {
            PersistentVolume moved = VolumeDrafts.moved(there.get(), choice.node());
            volume = (PersistentVolume) objects.update(tenant, Kind.PERSISTENT_VOLUME, moved, true, gate);
        } else {
            throw new ResourceException(
                    Reason.CONFLICT, "there is a volume " + name + " that is not this claim's, or is in use");
        }
        if (claim.volumeName() == null) {
            objects.update(tenant, Kind.PERSISTENT_VOLUME_CLAIM, VolumeDrafts.bound(claim, volume), true, gate);
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
