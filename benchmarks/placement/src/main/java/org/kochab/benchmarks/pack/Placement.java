package org.kochab.benchmarks.pack;

/**
 * Where a pod goes.
 *
 * @param host index of the node
 * @param devices a bit for each device that it has a part of
 */
record Placement(int host, int devices) {}
