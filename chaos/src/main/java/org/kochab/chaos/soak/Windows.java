package org.kochab.chaos.soak;

/**
 * The parts of a run that are compared: from the end of the warm-up to the middle, and the last quarter. All in seconds since its start.
 *
 * @param end the whole run
 */
record Windows(double end) {
    private static final double WARM_UP_SECONDS = 20 * 60;

    /** The end of the warm-up: 20 minutes, or a quarter of a short run. */
    double warm() {
        return Math.min(WARM_UP_SECONDS, end / 4);
    }

    double middle() {
        return end / 2;
    }

    double late() {
        return end * 3 / 4;
    }
}
