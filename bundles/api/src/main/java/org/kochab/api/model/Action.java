package org.kochab.api.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something to do once with what a pod runs, on its node. It always ends, by {@code timeoutSeconds} after its creation: as {@link #SUCCEEDED}, which means done, or as
 * {@link #FAILED}, whose reason says why. Its spec never changes. The pod becomes its owner.
 */
public record Action(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String REBOOT = "Reboot";
    public static final String SNAPSHOT = "Snapshot";
    public static final String RESTORE = "Restore";

    public static final String PENDING = "Pending";
    public static final String RUNNING = "Running";
    public static final String SUCCEEDED = "Succeeded";
    public static final String FAILED = "Failed";

    /**
     * @param pod name of a pod in the same namespace, which has one virtual machine or one container
     * @param action {@link #REBOOT}, {@link #SNAPSHOT} or {@link #RESTORE}
     * @param snapshotName of the snapshot to take, which replaces one of that name, or to go back to; null for a reboot
     * @param timeoutSeconds 1 to 3600; 300 if null
     * @param ttlSecondsAfterFinished after which it is deleted, at most 604800; 3600 if null
     */
    public record Spec(
            @Nullable String pod,
            @Nullable String action,
            @Nullable String snapshotName,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer ttlSecondsAfterFinished) {}

    /**
     * @param phase {@link #PENDING}, {@link #RUNNING}, {@link #SUCCEEDED} or {@link #FAILED}
     * @param reason one word, for programs; {@code Completed} if it succeeded
     * @param message one sentence, for people
     * @param startTime when it was given to the node
     * @param node of the pod at that time
     */
    public record Status(
            String phase,
            @Nullable String reason,
            @Nullable String message,
            @Nullable Instant startTime,
            @Nullable Instant completionTime,
            @Nullable String node) {}

    /** Whether it has ended, for good or not. */
    public boolean finished() {
        return status != null
                && (status.phase().equals(SUCCEEDED) || status.phase().equals(FAILED));
    }

    @Override
    public Action withMetadata(ObjectMeta value) {
        return new Action(apiVersion, kind, value, spec, status);
    }

    public Action withSpec(Spec value) {
        return new Action(apiVersion, kind, metadata, value, status);
    }

    public Action withStatus(Status value) {
        return new Action(apiVersion, kind, metadata, spec, value);
    }
}
