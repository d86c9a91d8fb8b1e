package org.kochab.spi.volume;

/**
 * How full a volume is, in bytes.
 *
 * @param capacity what it can hold; of a volume without a limit of its own, what the file system that it is on can
 */
public record VolumeUsage(long used, long capacity) {}
