package org.kochab.testkit.simulation;

import java.time.Duration;

/**
 * How a simulated store misbehaves; probabilities from 0 to 1, each for one call.
 *
 * @param slowest longest way of a call, and of its answer
 * @param refused a commit is refused and not done
 * @param lostCalls a call never arrives; the caller learns that nobody knows
 * @param lostAnswers a call is done and its answer lost; the caller learns that nobody knows
 * @param duplicated a call is done twice, the second time later
 * @param timeout after how long a caller learns that nobody knows
 */
public record Faults(
        Duration slowest, double refused, double lostCalls, double lostAnswers, double duplicated, Duration timeout) {
    public static final Faults NONE = new Faults(Duration.ofMillis(1), 0, 0, 0, 0, Duration.ofMillis(500));
}
