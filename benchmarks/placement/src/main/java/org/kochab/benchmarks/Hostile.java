package org.kochab.benchmarks;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** A vendor's scorer that does harm: what does placement lose by it? */
enum Hostile implements PlacementScorer {
    /** Throws, which costs a stack trace. */
    THROWS {
        @Override
        public Optional<GroupScorer> begin(PlacementContext context) {
            throw new IllegalStateException("expected by the benchmark");
        }
    },
    /** Answers no numbers, after a pass over all nodes. */
    WRONG {
        @Override
        public Optional<GroupScorer> begin(PlacementContext context) {
            return Optional.of((candidates, scores) -> Arrays.fill(scores, Double.NaN));
        }
    },
    /** Answers numbers that are far off, for all nodes and again for each that was used. */
    OUTSIDE {
        @Override
        public Optional<GroupScorer> begin(PlacementContext context) {
            return Optional.of(new GroupScorer() {
                @Override
                public void score(BitSet candidates, double[] scores) {
                    Arrays.fill(scores, 1e9);
                }

                @Override
                public boolean changes() {
                    return true;
                }

                @Override
                public double score(int slot) {
                    return 1e9;
                }
            });
        }
    },
    /** Eats the processor for twice as long as is slow. */
    SLOW {
        @Override
        public Optional<GroupScorer> begin(PlacementContext context) {
            long end = System.nanoTime() + SLOW_NANOS;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return Optional.of((candidates, scores) -> Arrays.fill(scores, 50));
        }
    };

    private static final long SLOW_NANOS = 100_000_000L;

    static Hostile of(String text) {
        return Arrays.stream(values())
                .filter(h -> h.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("--hostile is throws, wrong, outside or slow, not " + text));
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
