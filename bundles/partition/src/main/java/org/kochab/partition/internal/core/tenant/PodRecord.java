package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PodSpec;
import org.kochab.api.node.Claim;
import org.kochab.api.node.PodReport;
import org.kochab.api.placement.PodPlacement;
import org.kochab.spi.scheduler.Refusal;

/**
 * What the leader of a tenant partition knows of one pod, and what it has in mind with it. Changed by the partition's pod thread only; {@link
 * #placement} may be called by any.
 */
public final class PodRecord {
    /** How far its placement is. */
    enum Stage {
        WAITING,
        CLAIMING,
        BINDING,
        BOUND
    }

    final String key;
    final String uid;
    final long createRevision;

    // As stored.
    long revision;
    long generation;
    SpecPool.Shared shared;
    volatile @Nullable String node;
    boolean deleting;
    boolean forced;
    boolean terminal;
    boolean saysPending;
    long graceSeconds;

    /** Its spec as it is stored if it has claims; {@link #shared} has their volumes. */
    @Nullable
    PodSpec asked;

    /** Why it cannot be placed for its volumes; null if it can. */
    @Nullable
    String volumeLack;

    // Its placement.
    volatile Stage stage = Stage.WAITING;
    volatile @Nullable String target;

    @Nullable
    Claim claim;

    /** While hooks have a word in it, until it is bound. */
    Permits.@Nullable Entry permit;

    boolean isStatic;
    volatile int attempts;
    int refusedInARow;
    boolean queued;
    long retryAt;
    long notBefore;
    /** Not to be placed again before the manager's state is at least this new. */
    @Nullable
    String freshManager;

    long freshRevision;
    volatile List<Refusal> refusals = List.of();
    volatile String message = "";

    // The managers' word.
    @Nullable
    String claimNode;

    @Nullable
    String claimManager;

    @Nullable
    Long claimGrace;

    /** Of the claim; 0 if it is not known. */
    long claimGeneration;

    @Nullable
    PodReport report;

    /** Set while the claim is of an older generation than the pod. */
    @Nullable
    Resize resize;

    // What is to be written.
    boolean dirty;
    boolean writing;
    boolean gone;

    @Nullable
    String eviction;

    @Nullable
    String unschedulable;

    /** Whether it waits for a config map or secret, as {@link #unschedulable} says. */
    boolean lacksValues;

    @Nullable
    String said;

    long saidAt;

    /** A bound pod's claim that is to be of a newer generation. */
    static final class Resize {
        /** The pod's, for which it is to be asked. */
        long generation;

        /** What is asked of the manager now. */
        @Nullable
        Claim asked;

        int refusedInARow;
        long at;
        long notBefore;

        /** {@code Deferred} or {@code Infeasible}; null if it was not refused. */
        @Nullable
        String reason;

        String message = "";

        Resize(long generation) {
            this.generation = generation;
        }
    }

    PodRecord(String key, String uid, long createRevision, SpecPool.Shared shared) {
        this.key = key;
        this.uid = uid;
        this.createRevision = createRevision;
        this.shared = shared;
    }

    public String key() {
        return key;
    }

    public String uid() {
        return uid;
    }

    String tenant() {
        return shared.tenant;
    }

    String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /** For {@code kochab:pod-explain}. @param scheduler the partition's */
    public PodPlacement placement(String scheduler) {
        Stage now = stage;
        PodPlacement.State state =
                switch (now) {
                    case WAITING -> refusals.isEmpty() ? PodPlacement.State.QUEUED : PodPlacement.State.REFUSED;
                    case CLAIMING, BINDING -> PodPlacement.State.CLAIMING;
                    case BOUND -> PodPlacement.State.BOUND;
                };
        String said = message;
        if (now == Stage.BOUND && said.isEmpty()) {
            said = "It has its node.";
        } else if (now == Stage.WAITING && said.isEmpty()) {
            said = "It waits for scheduler " + scheduler + ".";
        }
        return new PodPlacement(
                state,
                Optional.ofNullable(node == null ? target : node),
                scheduler,
                attempts,
                now == Stage.WAITING ? refusals : List.of(),
                said);
    }
}
