package org.kochab.benchmarks.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final List<Host> HOSTS = List.of(
            new Host("a", 32_000, 65_536, 2),
            new Host("b", 96_000, 393_216, 8),
            new Host("c", 16_000, 32_768, 1),
            new Host("d", 64_000, 262_144, 0));

    private static final List<Shape> SHAPES = List.of(
            new Shape(4000, 8192, 1, 300),
            new Shape(6000, 12_288, 1, 460),
            new Shape(8000, 16_384, 1, 810),
            new Shape(8000, 32_768, 1, 1000),
            new Shape(16_000, 65_536, 2, 1000),
            new Shape(2000, 4096, 0, 0));

    private final Fragmentation fragmentation = new Fragmentation(SHAPES);

    private static List<Shape> arrivals(long seed) {
        return new Trace(HOSTS, SHAPES).arrivals(seed, 1.5 * Replay.gpuCapacity(HOSTS), Shape::gpuTotal);
    }

    /** Replay itself refuses an oversold device and a pod refused without need. */
    @Test
    void theEngineKeepsDevicesApart() {
        for (long seed = 0; seed < 20; seed++) {
            for (EnginePlacer placer : List.of(
                    EnginePlacer.binpack(HOSTS, seed), EnginePlacer.fragmentation(HOSTS, fragmentation, seed))) {
                Replay replay = Replay.of(placer, HOSTS, arrivals(seed), 1, fragmentation);

                assertThat(replay.failed()).isPositive();
                assertThat(replay.gpuFill()).isBetween(60.0, 100.0);
                assertThat(replay.gpuFillAtFirst()).isLessThanOrEqualTo(replay.gpuFill());
            }
        }
    }

    @Test
    void theEngineOversellsNoDeviceInABatchEither() {
        EnginePlacer placer = EnginePlacer.binpack(HOSTS, 1);
        Fleet books = new Fleet(HOSTS);
        List<Shape> pods = new ArrayList<>(arrivals(1));

        for (int pass = 0; pass < 20; pass++) {
            List<@Nullable Placement> placements = placer.place(pods);
            List<Shape> left = new ArrayList<>();
            for (int i = 0; i < pods.size(); i++) {
                Placement placement = placements.get(i);
                if (placement == null) {
                    left.add(pods.get(i));
                } else {
                    books.take(placement, pods.get(i));
                }
            }
            pods = left;
        }

        placer.check(books);
        assertThat(pods).isNotEmpty().noneMatch(pod -> books.fits(1, pod));
    }

    @Test
    void anOversoldDeviceIsFound() {
        Fleet books = new Fleet(HOSTS);
        books.take(new Placement(0, 0b01), new Shape(1000, 1, 1, 600));

        assertThatThrownBy(() -> books.take(new Placement(0, 0b01), new Shape(1000, 1, 1, 600)))
                .hasMessage("a is oversold: device 0");
    }

    @Test
    void aPodRefusedWithoutNeedIsFound() {
        Placer lazy = new Lazy();

        assertThatThrownBy(() -> Replay.of(lazy, HOSTS, SHAPES, 1, fragmentation))
                .hasMessage("a pod was refused that fits on a");
    }

    @Test
    void arrivalsAreTheWholeTraceAndMore() {
        List<Shape> pods = arrivals(7);

        assertThat(pods).containsAll(SHAPES).isEqualTo(arrivals(7)).isNotEqualTo(arrivals(8));
        double asked = pods.stream().mapToInt(Shape::gpuTotal).sum();
        assertThat(asked).isBetween(1.5 * Replay.gpuCapacity(HOSTS) - 2000, 1.5 * Replay.gpuCapacity(HOSTS));
    }

    @Test
    void theTightestDevicesAreTaken() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            int[] free = random.ints(8, 0, 11).map(f -> f * 100).toArray();
            Shape shape = SHAPES.get(random.nextInt(5));
            if (!Devices.fit(free, shape)) {
                continue;
            }
            int devices = Devices.tightest(free, shape);
            int[] taken = Arrays.stream(free)
                    .filter(f -> f >= shape.gpuMilli())
                    .sorted()
                    .limit(shape.gpus())
                    .toArray();
            int sum = 0;
            for (int d = 0; d < 8; d++) {
                sum += (devices >> d & 1) * free[d];
            }
            assertThat(Integer.bitCount(devices)).isEqualTo(shape.gpus());
            assertThat(sum).isEqualTo(Arrays.stream(taken).sum());
        }
    }

    private static final class Lazy implements Placer {
        @Override
        public String name() {
            return "lazy";
        }

        @Override
        public List<@Nullable Placement> place(List<Shape> pods) {
            return Arrays.asList(new Placement[pods.size()]);
        }

        @Override
        public void check(Fleet books) {}

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public long cpuNanos() {
            return 0;
        }
    }
}
