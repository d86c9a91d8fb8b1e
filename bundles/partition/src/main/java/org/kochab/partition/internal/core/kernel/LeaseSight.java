package org.kochab.partition.internal.core.kernel;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.LeaseRecord;

/** How long a contender has seen a lease unchanged, and so from when on it may take it. */
final class LeaseSight {
    private final String member;
    private final LongSupplier patience;
    /** The lease as it was last seen; null before the first look. */
    private @Nullable Optional<LeaseRecord> seen;

    private long since;

    LeaseSight(String member, LongSupplier patience) {
        this.member = member;
        this.patience = patience;
    }

    void forget() {
        seen = null;
    }

    static boolean isFree(@Nullable LeaseRecord record) {
        return record == null || record.owner().isEmpty();
    }

    /** Since when it has been seen as it is at {@code at}. */
    long since(@Nullable LeaseRecord record, long at) {
        Optional<LeaseRecord> now = Optional.ofNullable(record);
        if (!now.equals(seen)) {
            seen = now;
            since = at;
        }
        return since;
    }

    /** From when on the lease may be taken, if it stays as it is seen at {@code at}. */
    long due(@Nullable LeaseRecord record, long at) {
        if (record != null && record.owner().equals(member)) {
            return at;
        }
        long from = since(record, at);
        long held = isFree(record) || record == null ? 0 : TimeUnit.MILLISECONDS.toNanos(record.ttlMillis());
        return from + held + patience.getAsLong();
    }
}
