package org.kochab.testkit.simulation;

import java.time.Duration;

/**
 * How a simulated network misbehaves; probabilities from 0 to 1, each for one message.
 *
 * @param slowest longest way of a message; messages overtake each other
 * @param lost a message never arrives
 * @param duplicated a message arrives twice
 */
public record NetworkFaults(Duration slowest, double lost, double duplicated) {
    public static final NetworkFaults NONE = new NetworkFaults(Duration.ofMillis(1), 0, 0);
}
