package org.kochab.agent.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Checkpoint.SavedContainer;

/** How one container's run is brought to other resources or another power state: one change after the other. */
final class Resizing {
    private static final long AGAIN_AFTER = 5_000;

    private Sizing wanted;
    private Sizing inForce;
    private @Nullable Sizing underWay;
    private boolean impossible;
    private boolean restarting;
    private boolean awaited;
    private long notBefore;
    private @Nullable String failure;

    Resizing(Sizing wanted, SavedContainer saved) {
        this.wanted = wanted;
        inForce = saved.inForce() == null ? wanted : saved.inForce();
        restarting = saved.restarting();
    }

    Sizing wanted() {
        return wanted;
    }

    Sizing inForce() {
        return inForce;
    }

    /** Whether the run is ended only to be started again, or to be off. */
    boolean restarting() {
        return restarting;
    }

    boolean underWay() {
        return underWay != null;
    }

    private boolean done() {
        return inForce.equals(wanted);
    }

    /** Whether nothing of it is under way, given whether there is a run. */
    boolean settled(boolean live) {
        return wanted.isOff() ? !live : !awaited && (done() || !live);
    }

    /** Why the last attempt failed; null if it did not. */
    @Nullable
    String failure() {
        return failure;
    }

    /** What the pod says now. */
    void want(Sizing sizing) {
        if (!sizing.equals(wanted)) {
            wanted = sizing;
            impossible = false;
            failure = null;
            notBefore = 0;
        }
        if (inForce.runsAs(wanted)) {
            inForce = wanted;
        }
    }

    /** A run begins, with what is wanted then. */
    void begun() {
        inForce = wanted;
        ended();
    }

    void ended() {
        underWay = null;
        impossible = false;
        restarting = false;
        failure = null;
        notBefore = 0;
    }

    /** Whether a run can only get what is wanted by being ended. */
    boolean endsRun(Moment now, boolean restartAsked) {
        return isDue(now) && (impossible || wanted.isOff() || restartAsked);
    }

    boolean isDue(Moment now) {
        return !done() && underWay == null && notBefore <= now.millis();
    }

    void restart() {
        restarting = true;
        awaited = true;
    }

    void running() {
        awaited = false;
    }

    void begin() {
        underWay = wanted;
    }

    /** @param possible whether the driver could do that */
    void updated(boolean possible) {
        if (underWay != null) {
            if (possible) {
                inForce = underWay;
                want(wanted);
            } else {
                impossible = true;
            }
            failure = null;
            underWay = null;
        }
    }

    void failed(String why, Moment now) {
        underWay = null;
        failure = why;
        notBefore = now.millis() + AGAIN_AFTER;
    }

    /** @return when it is tried again; {@code Long.MAX_VALUE} if nothing waits for that */
    long nextDue() {
        return done() || underWay != null || notBefore == 0 ? Long.MAX_VALUE : notBefore;
    }
}
