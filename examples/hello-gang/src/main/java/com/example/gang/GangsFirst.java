package com.example.gang;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PodGroup;
import org.osgi.service.component.annotations.Component;

/** Of one priority gangs choose before others: they need more room at once. */
@Component(service = PlacementOrder.class)
public final class GangsFirst implements PlacementOrder {
    @Override
    public String name() {
        return "example.com/gangs-first";
    }

    @Override
    public int[] order(ClusterView view, List<PodGroup> batch) {
        return IntStream.range(0, batch.size())
                .boxed()
                .sorted(Comparator.comparing((Integer place) -> -priority(batch.get(place)))
                        .thenComparing(place -> !batch.get(place).labels().containsKey(Gangs.GANG)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int priority(PodGroup group) {
        Integer priority = group.spec().priority();
        return priority == null ? 0 : priority;
    }
}
