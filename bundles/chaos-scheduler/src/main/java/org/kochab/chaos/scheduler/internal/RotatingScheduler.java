package org.kochab.chaos.scheduler.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.spi.scheduler.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Gives each pod to the next node that has room, beginning somewhere. It heeds only what the chaos runs' pods ask for: a runtime and resources. */
@Component(service = Scheduler.class, property = Scheduler.NAME_PROPERTY + "=" + RotatingScheduler.NAME)
public final class RotatingScheduler implements Scheduler {
    static final String NAME = "rotating";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
        Rotation rotation = new Rotation(view, seed);
        List<Decision> decisions = new ArrayList<>();
        for (PodGroup group : batch) {
            for (String pod : group.podUids()) {
                decisions.add(rotation.place(group, pod));
            }
        }
        return decisions;
    }

    private static final class Rotation {
        private final ClusterView view;
        private final BitSet open;
        private final Map<String, long[]> free = new TreeMap<>();
        private int next;

        Rotation(ClusterView view, long seed) {
            this.view = view;
            open = (BitSet) view.ready().clone();
            open.andNot(view.unschedulable());
            next = Math.floorMod(seed, Math.max(1, view.slots()));
        }

        Decision place(PodGroup group, String pod) {
            BitSet runtime = view.withRuntime(group.spec().runtimeKind());
            for (int tried = 0; tried < view.slots(); tried++) {
                int slot = (next + tried) % view.slots();
                if (open.get(slot) && runtime.get(slot) && hasRoom(slot, group)) {
                    group.requests().forEach((resource, amount) -> free(resource)[slot] -= amount);
                    next = slot + 1;
                    return new Decision.Assigned(pod, view.nodeName(slot), 100);
                }
            }
            String reason = "no room for " + group.requests();
            return new Decision.Rejected(
                    pod, List.of(new Refusal(NAME, Refusal.Code.UNFIT_NOW, open.cardinality(), reason)));
        }

        private boolean hasRoom(int slot, PodGroup group) {
            return group.requests().entrySet().stream()
                    .allMatch(request -> free(request.getKey())[slot] >= request.getValue());
        }

        private long[] free(String resource) {
            return free.computeIfAbsent(resource, name -> {
                long[] left = view.allocatable(name).clone();
                long[] committed = view.committed(name);
                for (int slot = 0; slot < left.length; slot++) {
                    left[slot] -= committed[slot];
                }
                return left;
            });
        }
    }
}
