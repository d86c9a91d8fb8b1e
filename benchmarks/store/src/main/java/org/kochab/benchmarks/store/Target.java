package org.kochab.benchmarks.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** A store that is measured. Thread-safe; puts and their answers may be on any thread. */
interface Target extends AutoCloseable {
    /** A key as it is stored, or as a watcher sees it put. */
    record Stored(String key, byte[] value, long revision) {}

    /** Called exactly once. */
    interface Answer {
        void committed(long revision);

        /** The precondition did not hold. */
        void refused();

        /** Nothing changed; the same may be tried again after so long. */
        void busy(Duration retryAfter);

        void failed(String why);
    }

    /** An open watch. */
    interface Watching {
        void close() throws Exception;
    }

    /** Puts a key. The value is handed over. Returns at once. */
    void put(String key, byte[] value, Answer answer);

    /** Puts a key if its last put was at this revision. */
    void compareAndPut(String key, byte[] value, long revision, Answer answer);

    /** Every put of a key that begins so from now on, in order, on one thread. Returns when the watch stands. */
    Watching watch(String prefix, Consumer<Stored> each, Consumer<String> broken) throws Exception;

    /** All keys that begin so. */
    Map<String, Stored> all(String prefix) throws Exception;

    /** CPU time of the process that stores, where that is not this one; zero otherwise. */
    Duration cpu();

    @Override
    void close() throws IOException;
}
