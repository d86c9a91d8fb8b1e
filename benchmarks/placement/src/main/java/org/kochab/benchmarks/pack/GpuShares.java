package org.kochab.benchmarks.pack;

import java.util.BitSet;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/**
 * Only nodes with devices that have enough left, each by itself. Devices are chosen when a placement is claimed, so a node that the batch has already given a pod with a
 * GPU takes no other before the next batch.
 */
final class GpuShares implements PlacementFilter {
    @Override
    public String name() {
        return "example.org/gpu-shares";
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        Shape shape = Gpus.shape(context.group().requests());
        return shape.gpus() == 0 ? Optional.empty() : Optional.of(new Fit(new Gpus.Columns(context.view()), shape));
    }

    private record Fit(Gpus.Columns columns, Shape shape) implements GroupFilter {
        @Override
        public void filter(BitSet candidates) {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                if (!accepts(slot)) {
                    candidates.clear(slot);
                }
            }
        }

        @Override
        public boolean changes() {
            return true;
        }

        @Override
        public boolean accepts(int slot) {
            return columns.all[slot] > 0 && columns.settled(slot) && Devices.fit(columns.free(slot), shape);
        }

        @Override
        public Refusal.Code code() {
            return Refusal.Code.UNFIT_NOW;
        }

        @Override
        public String reason(BitSet refused) {
            return refused.cardinality() + " nodes have no " + shape.gpus() + " devices with " + shape.gpuMilli()
                    + " thousandths free of each";
        }
    }
}
