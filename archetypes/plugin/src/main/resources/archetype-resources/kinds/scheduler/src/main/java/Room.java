package ${package};

import java.util.Map;
import java.util.TreeMap;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** What nodes have free, less what the batch has taken so far. The view is not changed. */
final class Room {
    private final ClusterView view;
    private final Map<String, long[]> free = new TreeMap<>();

    Room(ClusterView view) {
        this.view = view;
    }

    boolean has(int slot, PodGroup group) {
        return group.requests().entrySet().stream()
                .allMatch(request -> request.getValue() == 0 || free(request.getKey())[slot] >= request.getValue());
    }

    void take(int slot, PodGroup group) {
        group.requests().forEach((resource, amount) -> free(resource)[slot] -= amount);
    }

    void giveBack(int slot, PodGroup group) {
        group.requests().forEach((resource, amount) -> free(resource)[slot] += amount);
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
