package org.kochab.spi.runtime;

/**
 * Finds a task again.
 *
 * @param data the driver's own, at most 1 KB of text; opaque to everybody else
 */
public record TaskHandle(String podUid, String container, int attempt, String data) {}
