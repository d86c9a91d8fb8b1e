package org.kochab.runtime.bundle.internal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the driver is set up.
 *
 * @param directory where it keeps which tasks there are and how they ended
 * @param images where the operator puts the jars that pods may run
 * @param largest bytes of one jar
 * @param tasks most tasks at once
 * @param logBytes size at which a task's output goes on in a new file; two are kept
 * @param startLimit how long an activator may take to start
 * @param giveUp how long one that took longer, and was interrupted, is waited for
 */
public record Settings(
        Path directory, Path images, long largest, int tasks, long logBytes, Duration startLimit, Duration giveUp) {
    private static final Duration GIVE_UP = Duration.ofSeconds(5);

    public Settings(Path directory, Path images, long largest, int tasks, long logBytes, Duration startLimit) {
        this(directory, images, largest, tasks, logBytes, startLimit, GIVE_UP);
    }
}
