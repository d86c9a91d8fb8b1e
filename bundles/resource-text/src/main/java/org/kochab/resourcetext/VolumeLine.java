package org.kochab.resourcetext;

import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;

/** What lists say of a volume and of a claim. */
final class VolumeLine {
    private static final String STORAGE = "storage";

    private VolumeLine() {}

    static String capacity(PersistentVolume volume) {
        return ResourceTables.orNone(
                volume.spec() == null ? null : volume.spec().capacity().get(STORAGE));
    }

    static String capacity(PersistentVolumeClaim claim) {
        return ResourceTables.orNone(
                claim.status() == null ? null : claim.status().capacity().get(STORAGE));
    }

    static String policy(PersistentVolume volume) {
        String policy = volume.spec() == null ? null : volume.spec().persistentVolumeReclaimPolicy();
        return policy == null ? PersistentVolume.RETAIN : policy;
    }

    static String claim(PersistentVolume volume) {
        PersistentVolume.ClaimReference claim =
                volume.spec() == null ? null : volume.spec().claimRef();
        return ResourceTables.orNone(claim == null ? null : claim.namespace() + "/" + claim.name());
    }
}
