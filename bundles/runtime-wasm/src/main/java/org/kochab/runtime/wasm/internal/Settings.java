package org.kochab.runtime.wasm.internal;

import java.nio.file.Path;

/**
 * How the driver is set up.
 *
 * @param directory where it keeps which tasks there are, how they ended, and the modules it has fetched
 * @param memoryBytes of this process's heap for all tasks together; loading one module may take as much again for a moment
 * @param taskMemoryBytes linear memory of a task without {@code limits.memory}
 * @param tasks most instances at once, those that a function may have included; each has a thread
 * @param cacheBytes disk for fetched modules
 * @param logBytes size at which a task's output goes on in a new file; two are kept
 * @param interpreter whether functions too large for the compiler are interpreted; their stack is then on the heap, without a limit
 */
public record Settings(
        Path directory,
        long memoryBytes,
        long taskMemoryBytes,
        int tasks,
        long cacheBytes,
        long logBytes,
        boolean interpreter) {}
