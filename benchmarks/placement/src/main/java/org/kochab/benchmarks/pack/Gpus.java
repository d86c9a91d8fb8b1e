package org.kochab.benchmarks.pack;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kochab.spi.scheduler.ClusterView;

/**
 * GPUs as whole-number resources. A node offers {@link #ALL}, 1000 for each device, and 1000 of each of {@link #DEVICE}. A pod asks for so many of {@code ALL}:
 * less than 1000 is a share of one device, else it is 1000 for each device. Its claim says of which devices it has them: so what is free is
 * known device by device, and no device can be oversold where no resource can be.
 */
final class Gpus {
    static final String ALL = "example.org/gpu-milli";
    static final List<String> DEVICE =
            IntStream.range(0, Host.MOST_GPUS).mapToObj(d -> ALL + "." + d).toList();

    private Gpus() {}

    /** What a pod asks for, in the units of requests. */
    static Map<String, Long> requests(Shape shape) {
        Map<String, Long> requests = new TreeMap<>();
        requests.put("cpu", shape.cpu());
        requests.put("memory", shape.memory() << 20);
        requests.put("pods", 1L);
        if (shape.gpus() > 0) {
            requests.put(ALL, (long) shape.gpuTotal());
        }
        return requests;
    }

    /** The other way round. */
    static Shape shape(Map<String, Long> requests) {
        int total = Math.toIntExact(requests.getOrDefault(ALL, 0L));
        int gpus = total == 0 ? 0 : Math.max(1, total / Host.WHOLE);
        return new Shape(
                requests.getOrDefault("cpu", 0L),
                requests.getOrDefault("memory", 0L) >> 20,
                gpus,
                gpus == 0 ? 0 : total / gpus);
    }

    /** What a claim says once devices are chosen. */
    static Map<String, Long> claimed(Shape shape, int devices) {
        Map<String, Long> claimed = requests(shape);
        for (int left = devices; left != 0; left &= left - 1) {
            claimed.put(DEVICE.get(Integer.numberOfTrailingZeros(left)), (long) shape.gpuMilli());
        }
        return claimed;
    }

    /** Columns of a view. */
    static final class Columns {
        final long[] cpu;
        final long[] cpuCommitted;
        final long[] all;
        private final long[] allCommitted;
        private final long[][] device = new long[Host.MOST_GPUS][];
        private final long[][] deviceCommitted = new long[Host.MOST_GPUS][];

        Columns(ClusterView view) {
            cpu = view.allocatable("cpu");
            cpuCommitted = view.committed("cpu");
            all = view.allocatable(ALL);
            allCommitted = view.committed(ALL);
            for (int d = 0; d < Host.MOST_GPUS; d++) {
                device[d] = view.allocatable(DEVICE.get(d));
                deviceCommitted[d] = view.committed(DEVICE.get(d));
            }
        }

        long cpuFree(int slot) {
            return cpu[slot] - cpuCommitted[slot];
        }

        /** Thousandths free, by device. */
        int[] free(int slot) {
            int[] free = new int[(int) (all[slot] / Host.WHOLE)];
            for (int d = 0; d < free.length; d++) {
                free[d] = (int) (device[d][slot] - deviceCommitted[d][slot]);
            }
            return free;
        }

        /** Whether every share that counts has a device: not so after a pod has been placed in the batch at work. */
        boolean settled(int slot) {
            long sum = 0;
            for (long[] committed : deviceCommitted) {
                sum += committed[slot];
            }
            return sum == allCommitted[slot];
        }
    }
}
