package org.kochab.chaos.requests;

import java.util.Arrays;
import java.util.List;

/**
 * What became of requests.
 *
 * @param asked that were sent
 * @param refused with 429
 * @param silent of those, that did not say when to try again
 * @param failed in another way
 * @param micros of each that was done, from when it was due, sorted
 */
record Tally(long asked, long refused, long silent, long failed, long[] micros) {
    static final Tally NONE = new Tally(0, 0, 0, 0, new long[0]);

    Tally plus(Tally other) {
        long[] all = Arrays.copyOf(micros, micros.length + other.micros.length);
        System.arraycopy(other.micros, 0, all, micros.length, other.micros.length);
        Arrays.sort(all);
        return new Tally(
                asked + other.asked, refused + other.refused, silent + other.silent, failed + other.failed, all);
    }

    static Tally all(List<Tally> each) {
        return each.stream().reduce(NONE, Tally::plus);
    }

    int done() {
        return micros.length;
    }

    /** Milliseconds that so large a part of those that were done took at most; 0 if none was. */
    double millis(double part) {
        return done() == 0 ? 0 : micros[(int) Math.min(done() - 1, Math.ceil(part * done()) - 1)] / 1e3;
    }
}
