package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.TaskLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a task says, and what is said of it. The bundle that it is given to cannot close it. */
final class TaskOutput extends PrintStream {
    private static final Logger LOG = LoggerFactory.getLogger(TaskOutput.class);

    private final TaskLog log;

    TaskOutput(TaskLog log) {
        super(log, true, StandardCharsets.UTF_8);
        this.log = log;
    }

    @Override
    public void close() {
        flush();
    }

    void say(String what, @Nullable Throwable failure) {
        println("kochab: " + what);
        if (failure != null) {
            failure.printStackTrace(this);
        }
    }

    /** The task has ended: those who follow the log are told so. */
    void end() {
        try {
            log.close();
        } catch (IOException e) {
            LOG.debug("Closing a task's log", e);
        }
    }
}
