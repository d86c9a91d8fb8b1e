package org.kochab.store.ignite.internal.core;

import java.util.function.IntUnaryOperator;

/**
 * How long to wait until the store is opened again. For one thread.
 *
 * <p>Where one member has to be there first and another gives way to it, both try again and again. If the time that one takes for two tries happens to be what the
 * other takes for one, they meet each time and never come to an end; so after a few tries some chance is added.
 */
public final class Pauses {
    /** Between tries to be with the others again; these do no harm, and one must be soon after the others can be reached. */
    private static final int APART_MILLIS = 1_000;

    private static final int TRIES_WITHOUT_CHANCE = 3;
    private static final int CHANCE_MILLIS = 3_000;
    private static final int LONGEST_SECONDS = 60;

    private final IntUnaryOperator below;
    private int failures;
    private int apart;

    /** @param below gives a number from 0 to below its argument, by chance */
    public Pauses(IntUnaryOperator below) {
        this.below = below;
    }

    /** Milliseconds after the store was used and then was apart from the others. */
    public int afterUse() {
        failures = 0;
        apart = 0;
        return APART_MILLIS;
    }

    /** Milliseconds after the others could not be reached. */
    public int apart() {
        failures = 0;
        int chance = ++apart > TRIES_WITHOUT_CHANCE ? below.applyAsInt(CHANCE_MILLIS) : 0;
        return APART_MILLIS + chance;
    }

    /**
     * Milliseconds after something went wrong: 1, 2, 4 … 60 seconds.
     *
     * @param secondsItRan how long it had gone well before
     */
    public int failed(long secondsItRan) {
        apart = 0;
        failures = secondsItRan > 2L * LONGEST_SECONDS ? 1 : failures + 1;
        return Math.min(LONGEST_SECONDS, 1 << Math.min(failures - 1, 6)) * 1_000;
    }
}
