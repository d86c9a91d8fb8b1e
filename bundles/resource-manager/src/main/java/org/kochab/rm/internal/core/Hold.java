package org.kochab.rm.internal.core;

/**
 * How far the last move of a node to or from this manager is, and which one that was: older ones are refused.
 *
 * @param manager the other one
 * @param epoch of the other manager, once the node left
 * @param generation of the other manager's desired state for it, once the node left
 */
record Hold(long move, State state, String manager, long epoch, long generation) {
    enum State {
        /** It goes away: nothing of it changes here. */
        HELD,
        /** It went away: its agent is sent there. */
        LEFT,
        GONE,
        /** It was to go away, and stays. */
        KEPT,
        /** It came; its agent did not yet. */
        AWAITED,
        HERE
    }

    /** Whether what this manager has of the node does not change. */
    boolean isFrozen() {
        return state == State.HELD || state == State.LEFT;
    }

    Hold in(State next) {
        return new Hold(move, next, manager, epoch, generation);
    }

    String text() {
        return move + " " + state + " " + manager + " " + epoch + " " + generation;
    }

    static Hold of(String text) {
        String[] p = text.split(" ");
        return new Hold(Long.parseLong(p[0]), State.valueOf(p[1]), p[2], Long.parseLong(p[3]), Long.parseLong(p[4]));
    }
}
