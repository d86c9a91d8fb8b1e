package org.kochab.store.ignite.internal.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kochab.spi.store.LeaseRecord;

/** What is stored under a partition's lease key. */
public sealed interface LeaseCell {
    /** Somebody has, or had, the lease. */
    record Taken(LeaseRecord lease) implements LeaseCell {}

    /** The partition is being dropped: it has no lease, and its entries go before it may have one again. */
    record Dropping() implements LeaseCell {}

    byte FORMAT = 1;
    byte TAKEN = 1;
    byte DROPPING = 2;

    /** The lease as callers see it. */
    default Optional<LeaseRecord> current() {
        return this instanceof Taken taken ? Optional.of(taken.lease()) : Optional.empty();
    }

    default byte[] encode() {
        if (this instanceof Taken taken) {
            LeaseRecord lease = taken.lease();
            byte[] owner = lease.owner().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(2 + 3 * Long.BYTES + owner.length)
                    .put(FORMAT)
                    .put(TAKEN)
                    .putLong(lease.epoch())
                    .putLong(lease.renewal())
                    .putLong(lease.ttlMillis())
                    .put(owner)
                    .array();
        }
        return new byte[] {FORMAT, DROPPING};
    }

    static LeaseCell decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Formats.expect("lease", FORMAT, in.get());
        if (in.get() == DROPPING) {
            return new Dropping();
        }
        long epoch = in.getLong();
        long renewal = in.getLong();
        long ttl = in.getLong();
        String owner = new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8);
        return new Taken(new LeaseRecord(epoch, owner, renewal, ttl));
    }
}
