package org.kochab.scheduler.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingTest {
    private record Ranked(long rank, int slot) {}

    private static final Comparator<Ranked> BEST_FIRST =
            Comparator.comparingLong(Ranked::rank).reversed().thenComparingInt(Ranked::slot);

    @Test
    void keepsTheBestAndGivesThemInOrder() {
        for (long seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            int n = random.nextInt(300);
            int limit = 1 + random.nextInt(40);
            int values = 1 + random.nextInt(50);
            Ranking ranking = new Ranking(limit);
            List<Ranked> all = new ArrayList<>();
            for (int slot = 0; slot < n; slot++) {
                long rank = random.nextInt(values);
                ranking.offer(rank, slot);
                all.add(new Ranked(rank, slot));
            }
            ranking.order();
            all.sort(BEST_FIRST);
            List<Ranked> expected = all.subList(0, Math.min(limit, n));
            List<Ranked> taken = new ArrayList<>();
            while (!ranking.isEmpty()) {
                taken.add(new Ranked(ranking.bestRank(), ranking.bestSlot()));
                ranking.removeBest();
            }
            assertThat(taken).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void staysInOrderWhenRanksChange() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Ranking ranking = new Ranking(1000);
            List<Ranked> all = new ArrayList<>();
            for (int slot = 0; slot < 50; slot++) {
                long rank = random.nextInt(100);
                ranking.offer(rank, slot);
                all.add(new Ranked(rank, slot));
            }
            ranking.order();
            for (int step = 0; step < 200; step++) {
                all.sort(BEST_FIRST);
                assertThat(new Ranked(ranking.bestRank(), ranking.bestSlot()))
                        .as("seed %d", seed)
                        .isEqualTo(all.get(0));
                long rank = random.nextInt(100);
                if (random.nextInt(4) == 0) {
                    ranking.add(rank, 50 + step);
                    all.add(new Ranked(rank, 50 + step));
                } else {
                    all.set(0, new Ranked(rank, ranking.bestSlot()));
                    ranking.rerankBest(rank);
                }
            }
        }
    }
}
