package org.kochab.chaos.load.internal.swap;

import java.nio.file.Path;

/**
 * What a run is to do. Before the swaps that count, {@link #idle} pods are submitted with some swaps, to warm up, and as many without, to compare with.
 *
 * @param directory where its files go
 * @param engine URL of the jar of another bundle's scheduler
 * @param nodes the run begins when so many are ready; they must have room for all pods
 * @param pods submitted during the swaps
 * @param pace pods a second at most, also while there is no swap
 * @param running whether the nodes report what they run, which is then waited for
 */
public record SwapPlan(
        Path directory, String engine, int nodes, int idle, int pods, int swaps, int pace, boolean running, long seed) {
    private static final int WARM_UP = 12;

    int warmUpSwaps() {
        return Math.max(WARM_UP, swaps / 40);
    }

    int total() {
        return 2 * idle + pods;
    }
}
