package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PodGroup;

/** In which order the groups of a batch are placed; decisions come back in the order of the batch. */
final class BatchOrder {
    private final List<PodGroup> batch;
    private final int[] places;

    private BatchOrder(List<PodGroup> batch, int[] places) {
        this.batch = batch;
        this.places = places;
    }

    /** What a vendor's order says; empty if it fails. */
    static Optional<BatchOrder> by(
            PlacementOrder order, Vendor vendor, PluginWatch watch, ClusterView view, List<PodGroup> batch) {
        ClusterView shown =
                watch.shown(new PlacementContext(view, batch.get(0))).view();
        Guard guard = new Guard(vendor, watch, view);
        return guard.begin(() -> Optional.of(checked(order.order(shown, List.copyOf(batch)), batch.size())))
                .map(places -> new BatchOrder(batch, places));
    }

    private static int[] checked(int[] said, int groups) {
        int[] places = said.clone();
        BitSet seen = new BitSet(groups);
        for (int place : places) {
            if (place >= 0 && place < groups) {
                seen.set(place);
            }
        }
        if (places.length != groups || seen.cardinality() != groups) {
            throw Guard.wrong(
                    "it gave " + Arrays.stream(places).limit(10).boxed().toList() + " of " + places.length
                            + " places for a batch of " + groups + " groups, not each of them once");
        }
        return places;
    }

    List<PodGroup> groups() {
        return Arrays.stream(places).mapToObj(batch::get).toList();
    }

    /** @param decisions in the order of {@link #groups} */
    List<Decision> decisions(List<Decision> decisions) {
        List<List<Decision>> byPlace =
                new ArrayList<>(batch.stream().map(g -> List.<Decision>of()).toList());
        int from = 0;
        for (int place : places) {
            int to = from + batch.get(place).podUids().size();
            byPlace.set(place, decisions.subList(from, to));
            from = to;
        }
        return byPlace.stream().flatMap(List::stream).toList();
    }
}
