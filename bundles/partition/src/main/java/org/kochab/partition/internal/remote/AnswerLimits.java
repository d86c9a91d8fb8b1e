package org.kochab.partition.internal.remote;

import java.time.Duration;

/**
 * How long other members' answers are waited for.
 *
 * @param read by whoever asks something
 * @param commit by whoever writes, which may wait in the leader's queue and for its store
 */
public record AnswerLimits(Duration read, Duration commit) {
    public static final AnswerLimits DEFAULT = new AnswerLimits(Duration.ofSeconds(5), Duration.ofSeconds(30));
}
