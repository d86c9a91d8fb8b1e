package org.kochab.chaos.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.WatchEvent;

/** A number for what a transaction changes, the same for the writer and for all who watch it, in whatever order the keys come. */
final class Content {
    private static final long PRIME = 0x100000001b3L;
    private static final long BASIS = 0xcbf29ce484222325L;

    private Content() {}

    static String of(Transaction transaction) {
        long sum = 0;
        for (Operation operation : transaction.operations()) {
            sum += operation instanceof Operation.Put put ? hash(put.key(), put.value()) : hash(operation.key(), null);
        }
        return Long.toHexString(sum);
    }

    /** A transaction's events. */
    static String of(List<WatchEvent> events) {
        long sum = 0;
        for (WatchEvent event : events) {
            if (event instanceof WatchEvent.Put put) {
                sum += hash(put.entry().key(), put.entry().value());
            } else if (event instanceof WatchEvent.Deleted deleted) {
                sum += hash(deleted.previous().key(), null);
            }
        }
        return Long.toHexString(sum);
    }

    /** FNV-1a (Fowler, Noll, Vo). */
    private static long hash(String key, byte @org.jspecify.annotations.Nullable [] value) {
        long hash = BASIS;
        for (byte b : key.getBytes(UTF_8)) {
            hash = (hash ^ b & 0xff) * PRIME;
        }
        if (value == null) {
            return (hash ^ 0x100) * PRIME;
        }
        for (byte b : value) {
            hash = (hash ^ b & 0xff) * PRIME;
        }
        return hash * PRIME;
    }
}
