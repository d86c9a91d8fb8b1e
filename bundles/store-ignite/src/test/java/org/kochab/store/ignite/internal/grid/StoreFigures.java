package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StorePut;

/** Measures what the ADR and the README say; not a test. The bundle's README has the command. */
public final class StoreFigures {
    private static final int VALUE = 512;
    private static final int[] SIZES = {1, 100, 500};

    private final int millis;

    private StoreFigures(int millis) {
        this.millis = millis;
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        StoreFigures figures = new StoreFigures(Integer.parseInt(args[1]));
        System.out.println("load " + Files.readString(Path.of("/proc/loadavg")).strip());
        figures.forceAlone(directory);
        try (IgnitePartitionStore store = IgnitePartitionStore.open(TestSettings.of(directory.resolve("a"), 22_090))) {
            LeaseRecord lease = new LeaseRecord(1, "f", 0, 1_000);
            await(store.compareAndSetLease("p", Optional.empty(), lease));
            long[] revision = {0};
            for (int size : SIZES) {
                figures.report("store.commit", size, n -> {
                    long r = ++revision[0];
                    CommitBatch batch = new CommitBatch("p", 1, r - 1, r, puts(size, n), List.of());
                    if (!(await(store.commit(batch)) instanceof CommitOutcome.Done)) {
                        throw new IllegalStateException("commit " + r);
                    }
                });
            }
            long begun = System.nanoTime();
            long[] loaded = {0};
            await(store.load("p", put -> loaded[0]++));
            System.out.printf("load: %d entries in %d ms%n", loaded[0], (System.nanoTime() - begun) / 1_000_000);
        }
        try (Grid grid = Grid.start(TestSettings.of(directory.resolve("b"), 22_090))) {
            for (int size : SIZES) {
                figures.report("one transaction of entries", size, n -> transaction(grid, puts(size, n)));
            }
        }
    }

    private interface Step {
        void run(int n) throws Exception;
    }

    /** What a commit would be if each key were an entry of Ignite's; not atomic under a crash. */
    private static void transaction(Grid grid, List<StorePut> entries) {
        try (Transaction tx = grid.ignite()
                .transactions()
                .txStart(
                        TransactionConcurrency.PESSIMISTIC,
                        TransactionIsolation.REPEATABLE_READ,
                        10_000,
                        entries.size())) {
            Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
            for (StorePut put : entries) {
                all.put(put.key(), put.value());
            }
            grid.entries().putAll(all);
            tx.commit();
        }
    }

    private static List<StorePut> puts(int size, int n) {
        List<StorePut> puts = new ArrayList<>();
        for (int k = 0; k < size; k++) {
            byte[] value = new byte[VALUE];
            Arrays.fill(value, (byte) (n + k));
            puts.add(new StorePut(("\u0001qpods/ns/pod-" + (n * 31L + k) % 20_000).getBytes(UTF_8), value));
        }
        return puts;
    }

    private void report(String what, int size, Step step) throws Exception {
        run(step);
        long cpu = processCpu();
        long[] micros = run(step);
        cpu = processCpu() - cpu;
        Arrays.sort(micros);
        long total = Arrays.stream(micros).sum();
        System.out.printf(
                "%-24s %4d keys: p50 %6d us, p99 %6d us, %7.0f keys/s, %5.1f us CPU a key%n",
                what,
                size,
                micros[micros.length / 2],
                micros[micros.length * 99 / 100],
                1e6 * size * micros.length / total,
                cpu / 1e3 / size / micros.length);
    }

    private long[] run(Step step) throws Exception {
        List<Long> micros = new ArrayList<>();
        long end = System.nanoTime() + millis * 1_000_000L;
        for (int n = 0; System.nanoTime() < end; n++) {
            long begun = System.nanoTime();
            step.run(n);
            micros.add((System.nanoTime() - begun) / 1_000);
        }
        return micros.stream().mapToLong(Long::longValue).toArray();
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** The disk by itself: what one forced write costs here. */
    private void forceAlone(Path directory) throws Exception {
        Files.createDirectories(directory);
        try (FileChannel file =
                FileChannel.open(directory.resolve("force"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(16 << 20));
            file.force(true);
            report("write 4 KiB and force", 1, n -> force(file, n));
        }
    }

    private static void force(FileChannel file, int n) throws IOException {
        file.write(ByteBuffer.allocate(4_096), (n % 4_000) * 4_096L);
        file.force(false);
    }
}
