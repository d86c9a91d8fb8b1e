package org.kochab.benchmarks.pack;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * By how much a node's fragmentation falls if a pod is placed there, on the devices where it falls most. Remembers for each shape and node what came out last:
 * a pure function otherwise.
 */
final class Gradient {
    /** @param fall in thousandths of a device; less than 0 if fragmentation grows */
    record Step(double fall, int devices) {}

    private record Known(long cpu, int[] free, Step step) {}

    private final Fragmentation fragmentation;
    private final int hosts;
    private final Map<Shape, Known[]> known = new HashMap<>();

    Gradient(Fragmentation fragmentation, int hosts) {
        this.fragmentation = fragmentation;
        this.hosts = hosts;
    }

    /**
     * @param host any index below the number of hosts, the same for the same node
     * @param cpu free
     * @param free of the devices, which must {@linkplain Devices#fit fit}
     */
    Step step(int host, long cpu, int[] free, Shape shape) {
        Known[] all = known.computeIfAbsent(shape, s -> new Known[hosts]);
        Known last = all[host];
        if (last == null || last.cpu != cpu || !Arrays.equals(last.free, free)) {
            last = new Known(cpu, free.clone(), find(cpu, free, shape));
            all[host] = last;
        }
        return last.step;
    }

    private Step find(long cpu, int[] free, Shape shape) {
        double now = fragmentation.of(cpu, free);
        int[] then = free.clone();
        if (!shape.isShare()) {
            int devices = Devices.tightest(free, shape);
            for (int d = 0; d < then.length; d++) {
                then[d] -= (devices >> d & 1) * shape.gpuMilli();
            }
            return new Step(now - fragmentation.of(cpu - shape.cpu(), then), devices);
        }
        double most = Double.NEGATIVE_INFINITY;
        int best = -1;
        for (int d = 0; d < free.length; d++) {
            if (free[d] < shape.gpuMilli() || Arrays.stream(free, 0, d).anyMatch(same(free[d]))) {
                continue;
            }
            then[d] -= shape.gpuMilli();
            double fall = now - fragmentation.of(cpu - shape.cpu(), then);
            then[d] = free[d];
            if (best < 0 || fall > most || fall == most && free[d] < free[best]) {
                most = fall;
                best = d;
            }
        }
        return new Step(most, 1 << best);
    }

    private static IntPredicate same(int free) {
        return f -> f == free;
    }
}
