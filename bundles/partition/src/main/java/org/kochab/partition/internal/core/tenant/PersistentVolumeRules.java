package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolume.Spec;

final class PersistentVolumeRules implements KindRules<PersistentVolume> {
    @Override
    public Kind kind() {
        return Kind.PERSISTENT_VOLUME;
    }

    @Override
    public PersistentVolume complete(PersistentVolume wanted) {
        return wanted;
    }

    @Override
    public void check(PersistentVolume volume, Problems problems) {
        Spec spec = volume.spec();
        if (spec == null) {
            problems.add("spec", "is required");
            return;
        }
        VolumeFields.storage(spec.capacity(), "spec.capacity", problems);
        VolumeFields.modes(spec.accessModes(), "spec.accessModes", problems);
        VolumeFields.volumeMode(spec.volumeMode(), "spec.volumeMode", problems);
        problems.oneOf(
                spec.persistentVolumeReclaimPolicy(),
                "spec.persistentVolumeReclaimPolicy",
                PersistentVolume.DELETE,
                PersistentVolume.RETAIN);
        VolumeFields.provisioner(spec.provisioner(), "spec.provisioner", problems);
        VolumeFields.parameters(spec.parameters(), "spec.parameters", problems);
        problems.require(
                volume.node().isPresent(),
                "spec.nodeAffinity",
                "needs one term with one matchFields: metadata.name In [NODE], the node that the volume is on");
        if (spec.claimRef() != null) {
            Names.label(spec.claimRef().namespace(), "spec.claimRef.namespace", problems);
            Names.subdomain(spec.claimRef().name(), "spec.claimRef.name", problems);
        }
    }

    @Override
    public void checkChange(PersistentVolume current, PersistentVolume wanted, Problems problems) {
        Spec was = current.spec();
        Spec is = wanted.spec();
        if (was == null || is == null) {
            return;
        }
        problems.require(
                Objects.equals(was.nodeAffinity(), is.nodeAffinity()) || current.isPending(),
                "spec.nodeAffinity",
                "cannot be changed: that is where the data are");
        problems.require(
                was.capacity().equals(is.capacity())
                        && was.accessModes().equals(is.accessModes())
                        && Objects.equals(was.storageClassName(), is.storageClassName())
                        && Objects.equals(was.volumeMode(), is.volumeMode())
                        && Objects.equals(was.provisioner(), is.provisioner())
                        && was.parameters().equals(is.parameters()),
                "spec",
                "of a volume cannot be changed, only persistentVolumeReclaimPolicy and claimRef can");
    }

    @Override
    public PersistentVolume merge(PersistentVolume current, PersistentVolume wanted) {
        return new PersistentVolume(
                current.apiVersion(), current.kind(), wanted.metadata(), wanted.spec(), current.status());
    }

    @Override
    public PersistentVolume withStatusOf(PersistentVolume current, PersistentVolume other) {
        return current.withStatus(other.status());
    }

    @Override
    public PersistentVolume fresh(PersistentVolume wanted) {
        boolean free = wanted.spec() == null || wanted.spec().claimRef() == null;
        return wanted.withStatus(
                new PersistentVolume.Status(free ? PersistentVolume.AVAILABLE : PersistentVolume.PENDING, null));
    }

    @Override
    public boolean sameSpec(PersistentVolume a, PersistentVolume b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
