package org.kochab.chaos.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmTest {
    @TempDir
    Path directory;

    @Test
    void seesTheProcess() throws Exception {
        Files.write(Files.createDirectories(directory.resolve("log")).resolve("a.log"), new byte[3 << 20]);
        Jvm own = new Jvm("own", ProcessHandle.current().pid(), directory, directory);
        Map<Measure, Double> seen = own.look();
        assertThat(own.alive()).isTrue();
        assertThat(seen)
                .containsOnlyKeys(
                        Measure.RSS_MB,
                        Measure.THREADS,
                        Measure.FDS,
                        Measure.SOCKETS,
                        Measure.WAL_MB,
                        Measure.LOG_MB,
                        Measure.DISK_MB,
                        Measure.CPU_S);
        assertThat(seen.get(Measure.RSS_MB)).isBetween(20.0, 4_000.0);
        assertThat(seen.get(Measure.THREADS)).isGreaterThan(2);
        assertThat(seen.get(Measure.FDS)).isGreaterThan(2);
        assertThat(seen.get(Measure.LOG_MB)).isBetween(3.0, 3.1);
        assertThat(seen.get(Measure.DISK_MB)).isLessThan(0.1);
    }

    @Test
    void seesTheHeapAfterACollection() throws Exception {
        Jvm own = new Jvm("own", ProcessHandle.current().pid(), directory, directory);
        byte[] held = new byte[50 << 20];
        double with = own.heap(false).get(Measure.HEAP_MB);
        assertThat(directory.resolve("own-first.txt")).doesNotExist();
        assertThat(held).hasSize(50 << 20);
        held = new byte[0];
        Map<Measure, Double> without = own.heap(true);
        assertThat(with - without.get(Measure.HEAP_MB)).isBetween(45.0, 55.0);
        assertThat(without.get(Measure.KOCHAB_OBJECTS)).isGreaterThan(0);
        assertThat(held).isEmpty();
        assertThat(directory.resolve("own-first.txt")).isRegularFile();
        assertThat(directory.resolve("own-last.txt")).isRegularFile();
    }

    @Test
    void countsThisProjectsObjectsAndWatches() throws IOException {
        Map<Measure, Double> seen = new EnumMap<>(Measure.class);
        Jvm.heap(
                """
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         80000        4194304  [B (java.base@17.0.15)
                   2:            12           1024  org.kochab.partition.internal.core.kernel.FeedWatch
                   3:           300          10240  org.kochab.api.model.Pod
                   4:             7            512  sun.nio.fs.AbstractWatch (java.base@17.0.15)
                Total        200000       10485760
                """,
                seen);
        assertThat(seen).isEqualTo(Map.of(Measure.HEAP_MB, 10.0, Measure.KOCHAB_OBJECTS, 312.0, Measure.WATCHES, 12.0));
    }

    @Test
    void aVirtualMachineThatDoesNotAnswerIsNoSample() {
        assertThatThrownBy(() -> Jvm.heap("java.io.IOException: no such process", new EnumMap<>(Measure.class)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such process");
    }

    @Test
    void toldApartOnTheDisk() {
        Map<Measure, Double> seen = new EnumMap<>(Measure.class);
        Jvm.disk(
                "2048\t/d/log\n1024\t/d/store/wal/a\n4096\t/d/store/wal\n5120\t/d/store\ndu: cannot\n10240\t/d\n",
                "/d",
                seen);
        assertThat(seen).isEqualTo(Map.of(Measure.LOG_MB, 2.0, Measure.WAL_MB, 4.0, Measure.DISK_MB, 4.0));
    }
}
