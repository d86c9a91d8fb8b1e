package org.kochab.partition.internal.tenant;

import java.time.Duration;

/**
 * What vendors have a say in, or are told.
 *
 * @param batchLimit how long a scheduler may take for a batch
 */
record Vendors(Admission admission, EventSinks sinks, BindHooks hooks, Duration batchLimit) {
    private static final Duration BATCH = Duration.ofSeconds(10);

    Vendors(Admission admission, EventSinks sinks, BindHooks hooks) {
        this(admission, sinks, hooks, BATCH);
    }

    /** None has come yet. */
    Vendors() {
        this(new Admission(), new EventSinks(), new BindHooks());
    }
}
