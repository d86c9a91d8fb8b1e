package org.kochab.benchmarks.pack;

/**
 * A node of the trace, empty.
 *
 * @param cpu thousandths of a core
 * @param memory MiB
 * @param gpus devices of 1000 thousandths each, {@link #MOST_GPUS} at most
 */
record Host(String name, long cpu, long memory, int gpus) {
    static final int MOST_GPUS = 8;
    static final int WHOLE = 1000;

    Host {
        if (cpu <= 0 || memory <= 0 || gpus < 0 || gpus > MOST_GPUS) {
            throw new IllegalArgumentException(name + " has an amount that cannot be");
        }
    }
}
