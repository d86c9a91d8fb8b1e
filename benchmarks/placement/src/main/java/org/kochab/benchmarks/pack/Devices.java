package org.kochab.benchmarks.pack;

/** The devices of one node, by the thousandths that are free. */
final class Devices {
    private Devices() {}

    static boolean fit(int[] free, Shape shape) {
        int fitting = 0;
        for (int f : free) {
            fitting += f >= shape.gpuMilli() ? 1 : 0;
        }
        return fitting >= shape.gpus();
    }

    /** The devices of which least stays free, as bits; they must {@link #fit}. */
    static int tightest(int[] free, Shape shape) {
        int chosen = 0;
        for (int n = 0; n < shape.gpus(); n++) {
            int best = -1;
            for (int d = 0; d < free.length; d++) {
                boolean may = free[d] >= shape.gpuMilli() && (chosen >> d & 1) == 0;
                if (may && (best < 0 || free[d] < free[best])) {
                    best = d;
                }
            }
            chosen |= 1 << best;
        }
        return chosen;
    }
}
