package org.kochab.partition.internal.core.tenant;

import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.StorageClass;

final class StorageClassRules implements StatuslessRules<StorageClass> {
    @Override
    public Kind kind() {
        return Kind.STORAGE_CLASS;
    }

    @Override
    public StorageClass complete(StorageClass wanted) {
        return new StorageClass(
                wanted.apiVersion(),
                wanted.kind(),
                wanted.metadata(),
                wanted.provisioner(),
                wanted.parameters(),
                wanted.reclaimPolicy() == null ? PersistentVolume.DELETE : wanted.reclaimPolicy(),
                wanted.volumeBindingMode() == null ? StorageClass.WAIT_FOR_FIRST_CONSUMER : wanted.volumeBindingMode(),
                wanted.allowVolumeExpansion(),
                wanted.mountOptions());
    }

    @Override
    public void check(StorageClass wanted, Problems problems) {
        VolumeFields.provisioner(wanted.provisioner(), "provisioner", problems);
        VolumeFields.parameters(wanted.parameters(), "parameters", problems);
        problems.oneOf(wanted.reclaimPolicy(), "reclaimPolicy", PersistentVolume.DELETE, PersistentVolume.RETAIN);
        problems.require(
                StorageClass.WAIT_FOR_FIRST_CONSUMER.equals(wanted.volumeBindingMode()),
                "volumeBindingMode",
                Problems.quoted(String.valueOf(wanted.volumeBindingMode()))
                        + " is not supported: volumes are on the nodes of the pods that use them; use "
                        + StorageClass.WAIT_FOR_FIRST_CONSUMER);
        problems.require(
                !Boolean.TRUE.equals(wanted.allowVolumeExpansion()),
                "allowVolumeExpansion",
                "volumes do not grow; remove it");
        problems.require(wanted.mountOptions().isEmpty(), "mountOptions", "is not supported; remove it");
    }

    @Override
    public void checkChange(StorageClass current, StorageClass wanted, Problems problems) {
        problems.add(
                "provisioner, parameters and the like",
                "of a StorageClass cannot be changed; delete it and create it again: volumes that are there stay");
    }

    @Override
    public StorageClass merge(StorageClass current, StorageClass wanted) {
        return complete(wanted);
    }

    @Override
    public boolean sameSpec(StorageClass a, StorageClass b) {
        return a.withMetadata(b.metadata()).equals(b);
    }

    @Override
    public boolean owner() {
        return false;
    }
}
