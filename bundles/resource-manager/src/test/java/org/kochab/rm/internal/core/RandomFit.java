package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.spi.scheduler.Scheduler;

/** Takes any node with enough free cpu by its view, and now and then one without. */
final class RandomFit implements Scheduler {
    static final String NAME = "random";
    private static final int CARELESS = 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        List<Decision> decisions = new ArrayList<>();
        for (PodGroup group : batch) {
            for (String uid : group.podUids()) {
                decisions.add(place(view, group, uid, random));
            }
        }
        return decisions;
    }

    private static Decision place(ClusterView view, PodGroup group, String uid, Random random) {
        int slots = view.slots();
        int at = slots == 0 ? 0 : random.nextInt(slots);
        boolean careless = random.nextInt(CARELESS) == 0;
        for (int i = 0; i < slots; i++) {
            int slot = (at + i) % slots;
            long free = view.allocatable("cpu")[slot] - view.committed("cpu")[slot];
            if (view.live().get(slot)
                    && view.ready().get(slot)
                    && (careless || free >= group.requests().getOrDefault("cpu", 0L))) {
                return new Decision.Assigned(uid, view.nodeName(slot), 1);
            }
        }
        return new Decision.Rejected(uid, List.of(new Refusal("fit", Refusal.Code.UNFIT_NOW, slots, "full")));
    }
}
