package org.kochab.benchmarks.guard;

/** Some work that costs about the same each time, and checks what it did. */
interface Case extends AutoCloseable {
    String name();

    /** Does it once, up to the end. @throws IllegalStateException if what came of it is not right */
    void work() throws Exception;

    @Override
    default void close() {}
}
