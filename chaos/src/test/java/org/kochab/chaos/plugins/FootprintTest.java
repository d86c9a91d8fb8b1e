package org.kochab.chaos.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintTest {
    private static final String HISTOGRAM =
            """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         80000        4194304  [B (java.base@17.0.15)
              70:            90          10240  org.apache.felix.framework.BundleWiringImpl$BundleClassLoader
              71:             3            512  [Lorg.apache.felix.framework.BundleWiringImpl$BundleClassLoader;
              72:             5            120  org.apache.felix.framework.BundleWiringImpl$BundleClassLoader$1
            Total        200000       10485760
            """;
    private static final String COUNTERS =
            """
            4711:
            java.cls.loadedClasses=15000
            java.cls.unloadedClasses=500
            java.threads.live=90
            sun.gc.metaspace.used=83886080
            """;

    @Test
    void isReadFromWhatTheVirtualMachineSays() throws Exception {
        assertThat(Footprint.of(HISTOGRAM, COUNTERS)).isEqualTo(new Footprint(90, 14_500, 81_920, 90));
        assertThatThrownBy(() -> Footprint.of(HISTOGRAM, "4711:\njava.io.IOException: no such process"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such process");
    }

    @Test
    void oneThatRunsIsSeen(@TempDir Path directory) throws Exception {
        Footprint own = Footprint.of(ProcessHandle.current().pid(), directory.resolve("out"));
        assertThat(own.loaders()).isZero();
        assertThat(own.classes()).isBetween(500L, 100_000L);
        assertThat(own.metaspace()).isBetween(1_000L, 1_000_000L);
        assertThat(own.threads()).isBetween(2L, 1_000L);
    }

    @Test
    void theMostThreadsCount() {
        assertThat(new Footprint(1, 2, 3, 9).withMoreThreads(new Footprint(4, 5, 6, 7)))
                .isEqualTo(new Footprint(4, 5, 6, 9));
    }

    @Test
    void anyLoaderMoreAndMoreThanTwoPercentAreGrowth() {
        Footprint before = new Footprint(90, 10_000, 80_000, 90);
        assertThat(new Footprint(90, 10_200, 81_600, 94).growth(before)).isEmpty();
        assertThat(new Footprint(91, 10_201, 81_601, 95).growth(before))
                .isEqualTo("91 class loaders of bundles after 90, 10201 classes after 10000,"
                        + " 81601 KB of metaspace after 80000, 95 threads after 94");
    }
}
