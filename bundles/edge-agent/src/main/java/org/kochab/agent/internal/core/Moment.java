package org.kochab.agent.internal.core;

import java.time.Instant;

/**
 * Now.
 *
 * @param millis by the machine's monotonic clock: what intervals are measured with
 * @param wall what people and other machines are told
 */
public record Moment(long millis, Instant wall) {}
