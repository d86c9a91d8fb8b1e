package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Pod;
import org.kochab.codec.JacksonCodec;

/** Who is placed when there are more pods than a batch takes. */
class PendingQueueTest {
    private final JacksonCodec codec = new JacksonCodec();
    private final SpecPool specs = new SpecPool();
    private final PendingQueue queue = new PendingQueue();
    private int made;

    private List<PodRecord> add(String tenant, String app, int priority, int pods) {
        Pod pod = codec.decode(
                ("{'metadata':{'namespace':'default','tenant':'" + tenant + "','labels':{'app':'" + app
                                + "'}},'spec':{'priority':" + priority + ",'containers':[{'name':'c'}]}}")
                        .replace('\'', '"')
                        .getBytes(UTF_8),
                Pod.class);
        List<PodRecord> records = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            String name = "p-" + made++;
            records.add(new PodRecord("pods/" + tenant + "/default/" + name, name, 1, specs.take(pod, pod.spec())));
        }
        records.forEach(queue::add);
        return records;
    }

    private List<List<PodRecord>> take(int most) {
        return queue.take(most, 0, pod -> true);
    }

    private static Map<String, Integer> byTenant(List<List<PodRecord>> batch) {
        Map<String, Integer> pods = new TreeMap<>();
        batch.forEach(group -> pods.merge(group.get(0).tenant(), group.size(), Integer::sum));
        return pods;
    }

    @Test
    void aTenantsPodIsInTheNextBatchHoweverManyAnotherHas() {
        add("flood", "a", 0, 10_000);
        take(100);
        List<PodRecord> one = add("calm", "a", 0, 1);
        List<List<PodRecord>> batch = take(100);
        assertThat(batch).contains(one);
        assertThat(byTenant(batch)).isEqualTo(Map.of("calm", 1, "flood", 99));
        assertThat(queue.size()).isEqualTo(9_801);
    }

    @Test
    void tenantsHaveEqualSharesAndClassesStayWhole() {
        add("a", "x", 0, 30);
        add("a", "y", 0, 500);
        add("b", "x", 0, 500);
        add("c", "x", 0, 5);
        List<List<PodRecord>> batch = take(105);
        assertThat(byTenant(batch)).isEqualTo(Map.of("a", 50, "b", 50, "c", 5));
        assertThat(batch.stream().map(g -> g.get(0).shared).distinct()).hasSize(batch.size());
        assertThat(batch).extracting(List::size).containsExactly(30, 20, 50, 5);
    }

    @Test
    void whoHadNoTurnIsFirstInTheNextBatch() {
        for (String tenant : List.of("a", "b", "c", "d", "e")) {
            add(tenant, "x", 0, 10);
        }
        assertThat(byTenant(take(2))).isEqualTo(Map.of("a", 1, "b", 1));
        assertThat(byTenant(take(2))).isEqualTo(Map.of("c", 1, "d", 1));
        assertThat(byTenant(take(2))).isEqualTo(Map.of("e", 1, "a", 1));
    }

    @Test
    void priorityComparesATenantsOwnPodsOnly() {
        add("flood", "a", 0, 50);
        add("calm", "a", 0, 2);
        List<PodRecord> urgent = add("flood", "b", 7, 6);
        List<List<PodRecord>> batch = take(6);
        assertThat(byTenant(batch)).isEqualTo(Map.of("flood", 4, "calm", 2));
        assertThat(batch.get(0)).isEqualTo(urgent.subList(0, 4));
        assertThat(byTenant(take(4))).isEqualTo(Map.of("flood", 4));
    }

    @Test
    void whoMayNotBePlacedNowTakesNobodysTurn() {
        List<PodRecord> stale = add("a", "x", 0, 20);
        add("b", "x", 0, 20);
        assertThat(byTenant(queue.take(10, 0, pod -> !stale.contains(pod)))).isEqualTo(Map.of("b", 10));
        assertThat(queue.size()).isEqualTo(30);
        assertThat(byTenant(queue.take(10, 5_000_000, pod -> true))).isEqualTo(Map.of("a", 5, "b", 5));
    }

    @Test
    void whatWasTakenOutIsPassedOver() {
        List<PodRecord> pods = add("a", "x", 0, 3);
        queue.remove(pods.get(1));
        assertThat(take(10)).containsExactly(List.of(pods.get(0), pods.get(2)));
        assertThat(queue.size()).isZero();
        assertThat(queue.hasReady(0)).isFalse();
    }
}
