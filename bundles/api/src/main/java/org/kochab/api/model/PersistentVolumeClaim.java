package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for a {@link PersistentVolume}, which is made on the node of the first pod that uses the claim. */
public record PersistentVolumeClaim(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String PENDING = "Pending";
    public static final String BOUND = "Bound";
    /** Its volume is gone. */
    public static final String LOST = "Lost";

    /**
     * @param accessModes {@code ReadWriteOnce}: pods of one node
     * @param storageClassName null for the default class, which is filled in when the claim is bound
     * @param volumeMode {@code Filesystem} (also when null)
     * @param volumeName the volume; filled in when the claim is bound, or given beforehand to take a volume that is {@code Available}
     */
    public record Spec(
            List<String> accessModes,
            @Nullable Resources resources,
            @Nullable String storageClassName,
            @Nullable String volumeMode,
            @Nullable String volumeName) {
        public Spec {
            accessModes = Copies.list(accessModes);
        }
    }

    /** @param requests {@code storage}, a quantity */
    public record Resources(Map<String, String> requests) {
        public Resources {
            requests = Copies.map(requests);
        }
    }

    /** @param phase {@code Pending}, {@code Bound} or {@code Lost} */
    public record Status(String phase, List<String> accessModes, Map<String, String> capacity) {
        public Status {
            accessModes = Copies.list(accessModes);
            capacity = Copies.map(capacity);
        }
    }

    /** The volume it has, or is to have. */
    public @Nullable String volumeName() {
        return spec == null ? null : spec.volumeName();
    }

    @Override
    public PersistentVolumeClaim withMetadata(ObjectMeta value) {
        return new PersistentVolumeClaim(apiVersion, kind, value, spec, status);
    }

    public PersistentVolumeClaim withSpec(@Nullable Spec value) {
        return new PersistentVolumeClaim(apiVersion, kind, metadata, value, status);
    }

    public PersistentVolumeClaim withStatus(@Nullable Status value) {
        return new PersistentVolumeClaim(apiVersion, kind, metadata, spec, value);
    }
}
