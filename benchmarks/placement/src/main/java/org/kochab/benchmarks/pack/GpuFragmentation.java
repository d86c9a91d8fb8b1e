package org.kochab.benchmarks.pack;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/**
 * Prefers nodes whose GPU fragmentation, and what is {@linkplain Fragmentation#stranded stranded} with it, falls most or grows least; a little also those on which little of
 * cpu and GPUs is left.
 */
final class GpuFragmentation implements PlacementScorer {
    private static final int MOST_GPU = Host.MOST_GPUS * Host.WHOLE;
    /** What a stranded thousandth counts against a fragmented one. */
    private static final double STRANDED = 0.1;
    /** Thousandths of a device that the largest node's cpu, all of it left, counts. */
    private static final int CPU_LEFT = 50;
    /** The same of all its GPUs: nodes for pods that ask for eight stay whole. */
    private static final int GPU_LEFT = 100;
    /** More than all of it together can be. */
    private static final double RANGE = 2.0 * MOST_GPU;

    private final Fragmentation fragmentation;
    private final Gradient gradient;

    GpuFragmentation(Fragmentation fragmentation, Gradient gradient) {
        this.fragmentation = fragmentation;
        this.gradient = gradient;
    }

    @Override
    public String name() {
        return "example.org/gpu-fragmentation";
    }

    /** Outweighs what others say wherever it makes a difference. */
    @Override
    public double weight() {
        return 100_000;
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        Gpus.Columns columns = new Gpus.Columns(context.view());
        double largest = Arrays.stream(columns.cpu).max().orElse(1);
        return Optional.of(new Slope(
                fragmentation, gradient, columns, Gpus.shape(context.group().requests()), largest));
    }

    private record Slope(
            Fragmentation fragmentation, Gradient gradient, Gpus.Columns columns, Shape shape, double largest)
            implements GroupScorer {
        @Override
        public void score(BitSet candidates, double[] scores) {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                scores[slot] = score(slot);
            }
        }

        @Override
        public boolean changes() {
            return true;
        }

        /** Also asked about nodes that filters refuse later: they have 0. */
        @Override
        public double score(int slot) {
            long cpu = columns.cpuFree(slot);
            int[] free = columns.free(slot);
            if (cpu < shape.cpu() || !Devices.fit(free, shape)) {
                return 0;
            }
            int all = Arrays.stream(free).sum();
            long cpuLeft = cpu - shape.cpu();
            int left = all - shape.gpuTotal();
            double stranded = fragmentation.stranded(cpu, all) - fragmentation.stranded(cpuLeft, left);
            double fall = gradient.step(slot, cpu, free, shape).fall() + STRANDED * stranded;
            double loose = CPU_LEFT * cpuLeft / largest + GPU_LEFT * left / (double) MOST_GPU;
            return 50 + 50 * (fall - loose) / RANGE;
        }
    }
}
