package org.kochab.benchmarks.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FragmentationTest {
    /** A quarter each: no GPU, half a device, one device, two devices. */
    private static final Fragmentation QUARTERS = new Fragmentation(List.of(
            new Shape(1000, 1, 0, 0),
            new Shape(2000, 1, 1, 500),
            new Shape(4000, 1, 1, 1000),
            new Shape(8000, 1, 2, 1000)));

    @Test
    void isWhatTheNextPodCannotUse() {
        // No GPU: all 2300. Half a device: the 300. One: 300. Two: both whole ones would do, the 300 would not.
        assertThat(QUARTERS.of(8000, new int[] {1000, 300, 1000}))
                .isCloseTo((2300 + 300 + 300 + 300) / 4.0, within(1e-9));
    }

    @Test
    void isAllForAPodThatLacksCpuOrDevices() {
        // CPU for the half only; two whole devices are there, but not for those who ask for them.
        assertThat(QUARTERS.of(3999, new int[] {1000, 1000})).isCloseTo((2000 + 0 + 2000 + 2000) / 4.0, within(1e-9));
        // One whole device: who asks for two can use none.
        assertThat(QUARTERS.of(8000, new int[] {1000, 400})).isCloseTo((1400 + 400 + 400 + 1400) / 4.0, within(1e-9));
    }

    @Test
    void isNoneWithoutFreeDevices() {
        assertThat(QUARTERS.of(96_000, new int[] {0, 0})).isZero();
        assertThat(QUARTERS.of(96_000, new int[0])).isZero();
    }

    @Test
    void strandsWhatThereIsNoCpuFor() {
        // 14 cores for 3.5 devices: 4 a device.
        assertThat(QUARTERS.stranded(4000, 3000)).isCloseTo(2000, within(1e-9));
        assertThat(QUARTERS.stranded(12_000, 3000)).isZero();
    }

    @Test
    void fallsMostOnTheDeviceThatIsOfNoOtherUse() {
        Gradient gradient = new Gradient(QUARTERS, 1);
        Shape half = new Shape(2000, 1, 1, 500);

        Gradient.Step step = gradient.step(0, 16_000, new int[] {1000, 500, 1000}, half);

        assertThat(step.devices()).isEqualTo(0b010);
        assertThat(step.fall())
                .isCloseTo(
                        QUARTERS.of(16_000, new int[] {1000, 500, 1000})
                                - QUARTERS.of(14_000, new int[] {1000, 0, 1000}),
                        within(1e-9));
        // The same node later: nothing is remembered of how it was.
        assertThat(gradient.step(0, 16_000, new int[] {1000, 499, 1000}, half).devices())
                .isEqualTo(0b001);
    }
}
