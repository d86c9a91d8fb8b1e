package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How volumes of a sort are made. Cannot be changed, only deleted and made again; volumes that are there keep what they were made with.
 *
 * @param provisioner name of the {@link org.kochab.spi.volume.VolumeProvisioner} that makes them on their nodes
 * @param parameters for the provisioner; null means none
 * @param reclaimPolicy of volumes that are made: {@code Delete} (also when null) or {@code Retain}
 * @param volumeBindingMode {@code WaitForFirstConsumer} (also when null), the only one
 */
public record StorageClass(
        String apiVersion,
        String kind,
        ObjectMeta metadata,
        String provisioner,
        Map<String, String> parameters,
        @Nullable String reclaimPolicy,
        @Nullable String volumeBindingMode,
        @Nullable Boolean allowVolumeExpansion,
        List<String> mountOptions)
        implements Resource {
    /** On the class that claims get which name none: {@code "true"}. */
    public static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    public static final String WAIT_FOR_FIRST_CONSUMER = "WaitForFirstConsumer";

    public StorageClass {
        parameters = Copies.map(parameters);
        mountOptions = Copies.list(mountOptions);
    }

    public boolean isDefault() {
        return metadata.annotations().getOrDefault(IS_DEFAULT, "false").equals("true");
    }

    @Override
    public StorageClass withMetadata(ObjectMeta value) {
        return new StorageClass(
                apiVersion,
                kind,
                value,
                provisioner,
                parameters,
                reclaimPolicy,
                volumeBindingMode,
                allowVolumeExpansion,
                mountOptions);
    }
}
