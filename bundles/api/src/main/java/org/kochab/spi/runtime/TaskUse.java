package org.kochab.spi.runtime;

/** What a task uses: processor time since it started, memory now. */
public record TaskUse(long cpuMicros, long memoryBytes) {}
