package org.kochab.runtime.wasm.internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.TaskLog;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskUse;

/** A task while it runs. Any thread. */
interface Running {
    TaskHandle handle();

    Share share();

    TaskLog log();

    /** Fails if the task was abandoned. */
    CompletableFuture<TaskExit> end();

    void start();

    /** Ends it: of its own will within {@code grace} if it can, else by force; returns whether it has ended within {@code millis} more. */
    boolean stop(long grace, long millis);

    /** Ends it without an exit: nobody will be told how it ended. */
    boolean abandon(long millis);

    TaskUse use();

    /** Told the exit before {@link #end} is; null if the task was abandoned. */
    interface Ended extends Consumer<@Nullable TaskExit> {}
}
