package org.kochab.partition.internal.member;

import org.kochab.partition.internal.core.kernel.LedPartition;

/** Tells others which partitions this member leads. Called on one thread at a time. */
public interface Publisher {
    void publish(LedPartition partition);

    /** Returns, within a bounded time, when nobody uses the partition any more. */
    void withdraw(LedPartition partition);

    /** Tells nobody. */
    Publisher NONE = new Publisher() {
        @Override
        public void publish(LedPartition partition) {}

        @Override
        public void withdraw(LedPartition partition) {}
    };
}
