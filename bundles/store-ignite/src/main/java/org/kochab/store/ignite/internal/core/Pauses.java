package org.kochab.store.ignite.internal.core;

/** How long to wait until the store is opened again. For one thread. */
public final class Pauses {
    /** Between tries to be with the others again; these do no harm, and one must be soon after the others can be reached. */
    private static final int APART_SECONDS = 1;

    /** Longer than another takes to start: it may be the one that has to be there first. */
    private static final int GIVE_WAY_SECONDS = 3;

    /** On a machine that is slow to start, giving way again and again for the same time may meet the other's tries each time. */
    private static final int LONGEST_GIVE_WAY_SECONDS = 24;

    private static final int LONGEST_SECONDS = 60;

    private int failures;
    private int givenWay;

    /** Seconds after the store was used and then was apart from the others. */
    public int afterUse() {
        failures = 0;
        givenWay = 0;
        return APART_SECONDS;
    }

    /** Seconds after the others could not be reached, or another one of them has to be there first. */
    public int apart(boolean givesWay) {
        failures = 0;
        return givesWay
                ? Math.min(LONGEST_GIVE_WAY_SECONDS, GIVE_WAY_SECONDS << Math.min(givenWay++, 5))
                : APART_SECONDS;
    }

    /**
     * Seconds after something went wrong: 1, 2, 4 … 60.
     *
     * @param secondsItRan how long it had gone well before
     */
    public int failed(long secondsItRan) {
        givenWay = 0;
        failures = secondsItRan > 2L * LONGEST_SECONDS ? 1 : failures + 1;
        return Math.min(LONGEST_SECONDS, 1 << Math.min(failures - 1, 6));
    }
}
