package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds of preemption in every full cluster. */
class PreemptionPropertyTest {
    private static final int SEEDS = 60;
    private static final int MOST_ROUNDS = 6;

    @Test
    void onlyLessUrgentPodsOfTheTenantGoEachIsNeededAndThePodIsPlaced() throws Exception {
        int placed = 0;
        int ended = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Life life = new Life(seed);
            life.live();
            placed += life.isPlaced ? 1 : 0;
            ended += life.ended.size();
        }
        assertThat(placed).as("lives in which room is made").isBetween(SEEDS / 10, SEEDS);
        assertThat(ended).as("pods that went").isGreaterThan(SEEDS / 10);
    }

    /** Pods of two tenants on a few nodes that are nearly full, and one that is urgent. */
    private static final class Life extends PreemptionWorld {
        private final String seed;
        private final Random random;
        private final Map<String, Long> free = new TreeMap<>();
        private final List<PodRecord> there = new ArrayList<>();
        final List<PodRecord> ended = new ArrayList<>();
        boolean isPlaced;

        Life(long seed) {
            this.seed = "seed " + seed;
            this.random = new Random(seed);
        }

        void live() throws InterruptedException {
            Map<String, String> cpus = new TreeMap<>();
            for (int n = 1; n <= 1 + random.nextInt(4); n++) {
                free.put("n" + n, 4L);
                cpus.put("n" + n, "4");
            }
            nodes(cpus);
            fill();
            long asks = 1 + random.nextInt(5);
            int priority = random.nextInt(6);
            boolean canBe = canBePlaced(asks, priority);
            PodRecord p = waiting("p", Long.toString(asks), priority, "");
            for (int i = 0; i < MOST_ROUNDS && !isPlaced; i++) {
                round();
                end(p, asks);
                isPlaced = claimed().contains("p");
            }
            assertThat(isPlaced).as(seed).isEqualTo(canBe);
            if (isPlaced) {
                assertThat(free.get(p.target)).as(seed).isGreaterThanOrEqualTo(asks);
            }
        }

        private void fill() {
            for (int i = 0; i < 30; i++) {
                String node = "n" + (1 + random.nextInt(free.size()));
                long cpu = 1 + random.nextInt(2);
                if (free.get(node) >= cpu) {
                    free.merge(node, -cpu, Long::sum);
                    String tenant = random.nextInt(4) == 0 ? "other" : "acme";
                    there.add(running(tenant, "r" + i, node, Long.toString(cpu), random.nextInt(6), ""));
                }
            }
        }

        private boolean canBePlaced(long asks, int priority) {
            Map<String, Long> most = new HashMap<>(free);
            there.stream()
                    .filter(r -> r.tenant().equals("acme") && r.shared.priority() < priority)
                    .forEach(r -> most.merge(String.valueOf(r.node), cpu(r), Long::sum));
            return most.values().stream().anyMatch(f -> f >= asks);
        }

        private static long cpu(PodRecord r) {
            return r.shared.requests.get("cpu") / 1_000;
        }

        /** Those that are to be ended now are. */
        private void end(PodRecord p, long asks) {
            List<PodRecord> victims = there.stream()
                    .filter(r -> r.eviction != null && !ended.contains(r))
                    .toList();
            for (PodRecord victim : victims) {
                assertThat(victim.tenant()).as(seed).isEqualTo("acme");
                assertThat(victim.shared.priority()).as(seed).isLessThan(p.shared.priority());
                ended.add(victim);
                free.merge(String.valueOf(victim.node), cpu(victim), Long::sum);
            }
            for (PodRecord victim : victims) {
                assertThat(free.get(victim.node) - cpu(victim))
                        .as("%s: without %s", seed, victim.name())
                        .isLessThan(asks);
            }
            victims.forEach(this::ends);
        }
    }
}
