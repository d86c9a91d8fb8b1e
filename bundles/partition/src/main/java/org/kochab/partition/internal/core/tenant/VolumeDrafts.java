package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolume.ClaimReference;
import org.kochab.api.model.PersistentVolume.NodeAffinity;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.StorageClass;

/** What binding a claim makes of it and of its volume. Pure. */
public final class VolumeDrafts {
    private VolumeDrafts() {}

    /** The name of the volume that is made for a claim; the same for every try. */
    public static String name(PersistentVolumeClaim claim) {
        return "pvc-" + claim.metadata().uid();
    }

    /** A new volume for a claim. */
    public static PersistentVolume volume(PersistentVolumeClaim claim, StorageClass sort, String node) {
        PersistentVolumeClaim.Spec asked = Objects.requireNonNull(claim.spec());
        ObjectMeta meta = claim.metadata();
        ClaimReference claimed = new ClaimReference(
                claim.apiVersion(),
                claim.kind(),
                String.valueOf(meta.namespace()),
                String.valueOf(meta.name()),
                meta.uid());
        PersistentVolume.Spec spec = new PersistentVolume.Spec(
                Objects.requireNonNull(asked.resources()).requests(),
                asked.accessModes(),
                sort.reclaimPolicy(),
                sort.metadata().name(),
                asked.volumeMode(),
                claimed,
                NodeAffinity.on(node),
                sort.provisioner(),
                sort.parameters());
        return new PersistentVolume(
                Kind.PERSISTENT_VOLUME.apiVersion(),
                Kind.PERSISTENT_VOLUME.name(),
                ObjectMeta.named(name(claim)),
                spec,
                null);
    }

    /** The volume on another node. */
    public static PersistentVolume moved(PersistentVolume volume, String node) {
        PersistentVolume.Spec s = Objects.requireNonNull(volume.spec());
        return volume.withSpec(new PersistentVolume.Spec(
                s.capacity(),
                s.accessModes(),
                s.persistentVolumeReclaimPolicy(),
                s.storageClassName(),
                s.volumeMode(),
                s.claimRef(),
                NodeAffinity.on(node),
                s.provisioner(),
                s.parameters()));
    }

    /** The claim with its volume. */
    public static PersistentVolumeClaim bound(PersistentVolumeClaim claim, PersistentVolume volume) {
        PersistentVolumeClaim.Spec s = Objects.requireNonNull(claim.spec());
        String sort = volume.spec() == null ? null : volume.spec().storageClassName();
        return claim.withSpec(new PersistentVolumeClaim.Spec(
                s.accessModes(),
                s.resources(),
                s.storageClassName() == null ? sort : s.storageClassName(),
                s.volumeMode(),
                volume.metadata().name()));
    }
}
