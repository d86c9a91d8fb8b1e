package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.spi.scheduler.Scheduler;

/** A small scheduler for tests: the first node with room for all requests, from a seeded start, that is ready and takes pods. */
final class FirstFit implements Scheduler {
    final AtomicInteger calls = new AtomicInteger();
    private final String name;

    FirstFit(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
        calls.incrementAndGet();
        List<Decision> decisions = new ArrayList<>();
        Map<String, long[]> used = new HashMap<>();
        int slots = view.slots();
        int at = slots == 0 ? 0 : new Random(seed).nextInt(slots);
        for (PodGroup group : batch) {
            for (String uid : group.podUids()) {
                int found = -1;
                for (int i = 0; i < slots && found < 0; i++) {
                    int slot = (at + i) % slots;
                    if (view.live().get(slot)
                            && view.ready().get(slot)
                            && !view.unschedulable().get(slot)
                            && fits(view, used, group.requests(), slot)) {
                        found = slot;
                    }
                }
                if (found < 0) {
                    decisions.add(new Decision.Rejected(
                            uid,
                            List.of(new Refusal(
                                    "fit", Refusal.Code.UNFIT_NOW, view.live().cardinality(), "too little is free"))));
                } else {
                    int slot = found;
                    group.requests()
                            .forEach((r, amount) -> used.computeIfAbsent(r, k -> new long[slots])[slot] += amount);
                    decisions.add(new Decision.Assigned(uid, view.nodeName(found), 50));
                    at = found;
                }
            }
        }
        return decisions;
    }

    private static boolean fits(ClusterView view, Map<String, long[]> used, Map<String, Long> requests, int slot) {
        for (var e : requests.entrySet()) {
            long[] here = used.get(e.getKey());
            long taken = view.committed(e.getKey())[slot] + (here == null ? 0 : here[slot]);
            if (view.allocatable(e.getKey())[slot] - taken < e.getValue()) {
                return false;
            }
        }
        return true;
    }
}
