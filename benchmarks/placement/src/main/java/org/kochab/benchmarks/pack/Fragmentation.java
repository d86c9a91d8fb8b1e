package org.kochab.benchmarks.pack;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * GPU fragmentation as "Beware of Fragmentation" (USENIX ATC 2023) defines it: how many of a node's free thousandths a pod drawn from the workload is expected
 * to be unable to use. If the pod does not fit at all, or asks for no GPU, that is all of them; otherwise those of devices with less free than it asks of one. As in the
 * authors' simulator the workload is the most frequent shapes that make up 95 % of the pods, and memory does not matter.
 */
final class Fragmentation {
    private static final double TYPICAL = 0.95;

    private record Kind(long cpu, int gpus, int gpuMilli) {}

    private final Kind[] kinds;
    private final double[] shares;
    private final double cpuPerGpu;

    Fragmentation(List<Shape> pods) {
        Map<Kind, Integer> counts = new HashMap<>();
        pods.forEach(p -> counts.merge(new Kind(p.cpu(), p.gpus(), p.gpuMilli()), 1, Integer::sum));
        List<Kind> byCount = counts.keySet().stream()
                .sorted(Comparator.<Kind>comparingInt(counts::get)
                        .thenComparingLong(Kind::cpu)
                        .thenComparingInt(Kind::gpuMilli)
                        .thenComparingInt(Kind::gpus)
                        .reversed())
                .toList();
        int sum = 0;
        int n = 0;
        while (sum < TYPICAL * pods.size()) {
            sum += counts.get(byCount.get(n++));
        }
        kinds = byCount.subList(0, n).toArray(new Kind[0]);
        shares = new double[n];
        for (int i = 0; i < n; i++) {
            shares[i] = (double) counts.get(kinds[i]) / sum;
        }
        List<Shape> withGpu = pods.stream().filter(p -> p.gpus() > 0).toList();
        long asked = withGpu.stream().mapToLong(Shape::gpuTotal).sum();
        cpuPerGpu =
                asked == 0 ? 0 : (double) withGpu.stream().mapToLong(Shape::cpu).sum() / asked;
    }

    /**
     * Not the paper's: thousandths that the node's free CPU would not be enough for if pods as the workload has them were to take them. The paper's measure looks at the next pod
     * only, and so does not see that a node with 8 free devices and CPU for 2 has lost 6.
     */
    double stranded(long cpu, int free) {
        return cpuPerGpu == 0 ? 0 : Math.max(0, free - cpu / cpuPerGpu);
    }

    /** Of one node, in thousandths of a device. */
    double of(long cpu, int[] free) {
        int all = 0;
        for (int f : free) {
            all += f;
        }
        if (all == 0) {
            return 0;
        }
        double sum = 0;
        for (int i = 0; i < kinds.length; i++) {
            Kind kind = kinds[i];
            int unusable = all;
            if (kind.gpus > 0 && kind.cpu <= cpu) {
                int small = 0;
                int fitting = 0;
                for (int f : free) {
                    if (f >= kind.gpuMilli) {
                        fitting++;
                    } else {
                        small += f;
                    }
                }
                unusable = fitting >= kind.gpus ? small : all;
            }
            sum += shares[i] * unusable;
        }
        return sum;
    }

    /** Of all nodes, in thousandths of a device. */
    double of(Fleet fleet) {
        double sum = 0;
        for (int i = 0; i < fleet.cpu.length; i++) {
            sum += of(fleet.cpu[i], fleet.gpu[i]);
        }
        return sum;
    }
}
