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

    /** Told of a transaction. */
    interface Sight {
        void seen(long revision, long content);
    }

    /** Divides what a poll gave, which never splits a transaction, into transactions. */
    static void each(List<WatchEvent> events, Sight sight) {
        long revision = -1;
        long sum = 0;
        for (WatchEvent event : events) {
            if (event instanceof WatchEvent.Bookmark) {
                continue;
            }
            if (revision >= 0 && event.revision() != revision) {
                sight.seen(revision, sum);
                sum = 0;
            }
            revision = event.revision();
            sum += hash(event);
        }
        if (revision >= 0) {
            sight.seen(revision, sum);
        }
    }

    private static long hash(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            return hash(put.entry().key(), put.entry().value());
        }
        return hash(((WatchEvent.Deleted) event).previous().key(), null);
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
