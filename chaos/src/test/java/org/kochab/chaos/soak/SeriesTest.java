package org.kochab.chaos.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The verdict must see what grows, and must not take a busy hour for it. */
class SeriesTest {
    private static final Windows TWO_HOURS = new Windows(7_200);

    @Test
    void comparesTheLastQuarterWithTheTimeFromTheWarmUpToTheMiddle() {
        assertThat(TWO_HOURS)
                .extracting(Windows::warm, Windows::middle, Windows::late)
                .containsExactly(1_200.0, 3_600.0, 5_400.0);
        assertThat(new Windows(360))
                .extracting(Windows::warm, Windows::middle, Windows::late)
                .containsExactly(90.0, 180.0, 270.0);
    }

    @Test
    void isFlatIfItOnlyGrowsWhileItWarmsUp() {
        assertThat(verdict(Measure.HEAP_MB, t -> t < 1_200 ? t / 20 : 60).flat())
                .isTrue();
    }

    @Test
    void isFlatIfItGoesUpAndDown() {
        assertThat(verdict(Measure.THREADS, t -> 100 + 40 * Math.sin(t / 300)).flat())
                .isTrue();
    }

    @Test
    void growsIfItClimbsSlowlyAllTheTime() {
        Series.Verdict verdict = verdict(Measure.HEAP_MB, t -> 60 + t / 300);
        assertThat(verdict.flat()).isFalse();
        assertThat(verdict)
                .extracting(Series.Verdict::warm, Series.Verdict::middle, Series.Verdict::end)
                .containsExactly(64.0, 72.0, 84.0);
        assertThat(verdict.before()).isEqualTo(72);
        assertThat(verdict.after()).isEqualTo(84);
        assertThat(verdict.allowed()).isEqualTo(1.1 * 72);
    }

    @Test
    void growsIfItJumpsOnlyOnceInTheLastQuarter() {
        assertThat(verdict(Measure.FDS, t -> t == 6_000 ? 800 : 400).flat()).isFalse();
    }

    @Test
    void mayGrowALittleWhereItIsSmall() {
        assertThat(verdict(Measure.THREADS, t -> t < 5_400 ? 10 : 18).flat()).isTrue();
        assertThat(verdict(Measure.THREADS, t -> t < 5_400 ? 10 : 19).flat()).isFalse();
    }

    @Test
    void mayGrowToItsBound() {
        assertThat(verdict(Measure.WAL_MB, t -> t / 20).flat()).isTrue();
        assertThat(verdict(Measure.WAL_MB, t -> t / 16).flat()).isFalse();
    }

    @Test
    void isNotFlatIfItIsNotKnown() {
        assertThat(new Series(Measure.CPU_S).verdict(TWO_HOURS).flat()).isFalse();
        Series ended = new Series(Measure.HEAP_MB);
        ended.add(2_000, 50);
        assertThat(ended.verdict(TWO_HOURS).flat()).isFalse();
        Series late = new Series(Measure.WAL_MB);
        late.add(7_000, 50);
        assertThat(late.verdict(TWO_HOURS).flat()).isFalse();
    }

    private static Series.Verdict verdict(Measure measure, DoubleUnaryOperator value) {
        Series series = new Series(measure);
        for (int seconds = 60; seconds <= 7_200; seconds += 60) {
            series.add(seconds, value.applyAsDouble(seconds));
        }
        return series.verdict(TWO_HOURS);
    }
}
