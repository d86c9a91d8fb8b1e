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

    /** Why it is to be ended; null if it is not. */
    @Nullable
    Eviction eviction;

    /** What ending others does for it; null if that was never asked. */
    private volatile @Nullable Preempting preempting;

    @Nullable
    String unschedulable;

    /** Whether it waits for a config map or secret, as {@link #unschedulable} says. */
    boolean lacksValues;

    @Nullable
    String said;

    long saidAt;

    /**
     * Why the platform ends a pod.
     *
     * @param news the event about it
     * @param reason of its condition {@code DisruptionTarget}
     */
    record Eviction(PodNews news, String reason) {
        static Eviction byTaint(String why) {
            return new Eviction(new PodNews("Warning", "TaintManagerEviction", why), "DeletionByTaintManager");
        }

        static Eviction preempted(String why) {
            return new Eviction(new PodNews("Normal", "Preempted", why), "PreemptionByScheduler");
        }
    }

    /** What ending pods of lower priority does for one that was refused. */
    private static final class Preempting {
        private @Nullable String node;
        private long notBefore = Long.MIN_VALUE;
        private volatile String why = "";
    }

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

    private Preempting preempting() {
        Preempting p = preempting;
        if (p == null) {
            p = new Preempting();
            preempting = p;
        }
        return p;
    }

    /** Where room is being made for it; null if none is. */
    @Nullable
    String nominated() {
        Preempting p = preempting;
        return p == null ? null : p.node;
    }

    /** What ending pods of lower priority does for it; empty if that is not known. */
    String preemption() {
        Preempting p = preempting;
        return p == null ? "" : p.why;
    }

    /** When it may be asked again what may be ended for it. */
    long preemptAt() {
        Preempting p = preempting;
        return p == null ? Long.MIN_VALUE : p.notBefore;
    }

    /** Room is being made for it. */
    void nominate(String on, String why, long notBefore) {
        Preempting p = preempting();
        p.node = on;
        p.why = why;
        p.notBefore = notBefore;
    }

    /** No room is being made for it. @param why not; empty if that is not known */
    void notNominated(String why) {
        if (preempting != null || !why.isEmpty()) {
            Preempting p = preempting();
            p.node = null;
            p.why = why;
        }
    }

    /** Why it waits, in full. */
    String explained() {
        String about = preemption();
        return about.isEmpty() ? message : message + ". " + about;
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
        String said = now == Stage.WAITING ? explained() : message;
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
