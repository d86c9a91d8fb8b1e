package org.kochab.gateway.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.gateway.internal.core.FairQueue.Bounds;
import org.kochab.gateway.internal.core.FairQueue.Full;
import org.kochab.gateway.internal.core.FairQueue.Refused;
import org.kochab.gateway.internal.core.FairQueue.Taken;

class FairQueueTest {
    private static final long MILLI = 1_000_000;
    private static final Bounds ONE_PLACE = new Bounds(1, 1, 1_000, 500);

    private static FairQueue<String> with(Bounds bounds, String... items) {
        FairQueue<String> queue = new FairQueue<>(bounds);
        for (String item : items) {
            assertThat(offer(queue, item)).isNull();
        }
        return queue;
    }

    /** To the flow that its first letter names. */
    private static Refused<String> offer(FairQueue<String> queue, String item) {
        return queue.offer(item.substring(0, 1), item);
    }

    @Test
    void whoHasOneRequestWaitsForOneOfEachOtherHoweverManyThoseHave() {
        FairQueue<String> queue = with(ONE_PLACE);
        for (int i = 0; i < 400; i++) {
            offer(queue, "b" + i);
            offer(queue, "c" + i);
        }
        Taken<String> running = queue.take();
        offer(queue, "a");
        List<String> order = new ArrayList<>();
        while (!order.contains("a")) {
            queue.done(running.flow(), 3 * MILLI);
            running = queue.take();
            order.add(running.item());
        }
        assertThat(order).containsExactly("c0", "a");
    }

    @Test
    void turnsAreByTime() {
        FairQueue<String> queue = with(ONE_PLACE);
        Map<String, Long> used = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            offer(queue, "long");
            offer(queue, "short");
        }
        for (int i = 0; i < 300; i++) {
            Taken<String> running = queue.take();
            long took = running.item().equals("long") ? 40 * MILLI : 2 * MILLI;
            used.merge(running.item(), took, Long::sum);
            queue.done(running.flow(), took);
        }
        assertThat((double) used.get("long") / used.get("short")).isBetween(0.8, 1.25);
    }

    @Test
    void whatWasLongIsForgiven() {
        FairQueue<String> queue = with(ONE_PLACE, "b0", "b1");
        queue.take();
        queue.done("b", Long.MAX_VALUE / 2);
        assertThat(queue.take().item()).isEqualTo("b1");
    }

    @Test
    void nobodyHasAllPlaces() {
        FairQueue<String> queue = with(new Bounds(4, 2, 100, 50), "b0", "b1", "b2", "b3");
        assertThat(queue.take().item()).isEqualTo("b0");
        assertThat(queue.take().item()).isEqualTo("b1");
        assertThat(queue.take()).isNull();
        offer(queue, "a");
        assertThat(queue.take().item()).isEqualTo("a");
        queue.done("b", MILLI);
        assertThat(queue.take().item()).isEqualTo("b2");
        assertThat(queue.running("b")).isEqualTo(2);
        assertThat(queue.waiting("b")).isEqualTo(1);
        assertThat(queue.running()).isEqualTo(3);
    }

    @Test
    void placesAreNoMoreThanThereAre() {
        FairQueue<String> queue = with(new Bounds(2, 2, 100, 50), "a", "b", "c");
        queue.take();
        queue.take();
        assertThat(queue.take()).isNull();
        queue.done("a", MILLI);
        assertThat(queue.take().item()).isEqualTo("c");
    }

    @Test
    void aFlowThatIsFullIsRefused() {
        FairQueue<String> queue = with(new Bounds(1, 1, 100, 2), "b0", "b1");
        assertThat(offer(queue, "b2")).isEqualTo(new Refused<>("b2", Full.FLOW));
        assertThat(offer(queue, "a")).isNull();
    }

    @Test
    void whereAllIsFullTheLongestGivesWay() {
        FairQueue<String> queue = with(new Bounds(1, 1, 4, 4), "b0");
        queue.take();
        for (String item : List.of("b1", "b2", "b3", "b4")) {
            assertThat(offer(queue, item)).isNull();
        }
        assertThat(offer(queue, "a")).isEqualTo(new Refused<>("b4", Full.ALL));
        assertThat(offer(queue, "c")).isEqualTo(new Refused<>("b3", Full.ALL));
        assertThat(offer(queue, "d")).isEqualTo(new Refused<>("b2", Full.ALL));
        assertThat(offer(queue, "e")).isEqualTo(new Refused<>("e", Full.ALL));
        assertThat(offer(queue, "b5")).isEqualTo(new Refused<>("b5", Full.ALL));
        assertThat(queue.waiting()).isEqualTo(4);
    }

    @Test
    void nothingIsKeptOfWhoHasNothing() {
        FairQueue<String> queue = with(ONE_PLACE, "a");
        assertThat(queue.isIdle()).isFalse();
        queue.take();
        assertThat(queue.isIdle()).isFalse();
        queue.done("a", MILLI);
        assertThat(queue.isIdle()).isTrue();
        assertThatThrownBy(() -> queue.done("a", MILLI)).isInstanceOf(IllegalStateException.class);
    }
}
