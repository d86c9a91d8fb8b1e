package org.kochab.benchmarks.pack;

/**
 * What a pod asks for.
 *
 * @param cpu thousandths of a core
 * @param memory MiB
 * @param gpus how many devices; a share of a device is of one only
 * @param gpuMilli thousandths of each device; 0 without devices, 1000 of each if there are several
 */
record Shape(long cpu, long memory, int gpus, int gpuMilli) {
    Shape {
        boolean none = gpus == 0 && gpuMilli == 0;
        boolean share = gpus == 1 && gpuMilli > 0 && gpuMilli <= Host.WHOLE;
        boolean whole = gpus > 1 && gpus <= Host.MOST_GPUS && gpuMilli == Host.WHOLE;
        if (cpu < 0 || memory < 0 || !(none || share || whole)) {
            throw new IllegalArgumentException("a pod asks for " + cpu + " thousandths of a core, " + memory
                    + " MiB and " + gpus + " times " + gpuMilli + " thousandths of a GPU");
        }
    }

    /** Thousandths of a device in all. */
    int gpuTotal() {
        return gpus * gpuMilli;
    }

    /** Whether it asks for a part of one device. */
    boolean isShare() {
        return gpus == 1 && gpuMilli < Host.WHOLE;
    }

    Shape withoutGpu() {
        return new Shape(cpu, memory, 0, 0);
    }
}
