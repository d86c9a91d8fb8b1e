package org.kochab.spi.runtime;

import java.time.Instant;

/**
 * How a task ended.
 *
 * @param exitCode 0 to 255; 128 + signal if a signal ended it
 * @param signal 0 if none
 * @param outOfMemory whether it was ended for exceeding its memory limit
 * @param finishedAt by the node's clock
 */
public record TaskExit(int exitCode, int signal, boolean outOfMemory, Instant finishedAt) {}
