package org.kochab.benchmarks.pack;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets pods arrive at a placer and keeps its own books of where they went.
 *
 * @param cpuFillAtFirst percent of all CPU in use when a pod first fitted nowhere; the fill at the end if that never was
 * @param gpuFillAtFirst the same of GPUs; 0 without GPUs
 * @param cpuFill percent in use after the last pod
 * @param gpuFill the same of GPUs: the paper's allocation ratio
 * @param fragmentation {@linkplain Fragmentation} of all nodes after the last pod, in percent of all GPUs
 * @param filling up to the batch in which a pod first fitted nowhere
 * @param all to the last pod
 */
record Replay(
        String placer,
        int pods,
        int failed,
        double cpuFillAtFirst,
        double gpuFillAtFirst,
        double cpuFill,
        double gpuFill,
        double fragmentation,
        Speed filling,
        Speed all) {
    /**
     * @param pods decided, placed or refused
     * @param seconds by the clock
     * @param cpuSeconds of the deciding thread
     */
    record Speed(int pods, double seconds, double cpuSeconds) {
        static Speed of(Placer placer, int pods) {
            return new Speed(pods, placer.nanos() / 1e9, placer.cpuNanos() / 1e9);
        }

        double perSecond() {
            return seconds == 0 ? 0 : pods / seconds;
        }

        double perCpuSecond() {
            return cpuSeconds == 0 ? 0 : pods / cpuSeconds;
        }
    }

    /**
     * @throws IllegalStateException if a node or a device is oversold, a pod is refused that fits somewhere, or the placer's idea of the cluster is not that of
     *     the books
     */
    static Replay of(Placer placer, List<Host> hosts, List<Shape> arrivals, int batch, Fragmentation fragmentation) {
        Fleet books = new Fleet(hosts);
        Speed filling = new Speed(0, 0, 0);
        int failed = 0;
        double cpuFirst = 0;
        double gpuFirst = 0;
        for (int from = 0; from < arrivals.size(); from += batch) {
            List<Shape> pods = arrivals.subList(from, Math.min(from + batch, arrivals.size()));
            List<@Nullable Placement> placements = placer.place(pods);
            if (placements.size() != pods.size()) {
                throw new IllegalStateException("not one answer a pod");
            }
            for (int i = 0; i < pods.size(); i++) {
                Placement placement = placements.get(i);
                if (placement != null) {
                    books.take(placement, pods.get(i));
                    continue;
                }
                requireFull(books, pods.get(i));
                if (failed++ == 0) {
                    cpuFirst = cpuFill(books);
                    gpuFirst = gpuFill(books);
                }
            }
            if (failed == 0) {
                filling = Speed.of(placer, from + pods.size());
            }
        }
        placer.check(books);
        double capacity = gpuCapacity(hosts);
        return new Replay(
                placer.name(),
                arrivals.size(),
                failed,
                failed == 0 ? cpuFill(books) : cpuFirst,
                failed == 0 ? gpuFill(books) : gpuFirst,
                cpuFill(books),
                gpuFill(books),
                capacity == 0 ? 0 : 100 * fragmentation.of(books) / capacity,
                filling,
                Speed.of(placer, arrivals.size()));
    }

    /** Thousandths of devices. */
    static double gpuCapacity(List<Host> hosts) {
        return Host.WHOLE * (double) hosts.stream().mapToInt(Host::gpus).sum();
    }

    static double cpuCapacity(List<Host> hosts) {
        return hosts.stream().mapToLong(Host::cpu).sum();
    }

    private static double cpuFill(Fleet books) {
        double free = 0;
        for (long cpu : books.cpu) {
            free += cpu;
        }
        return 100 * (1 - free / cpuCapacity(books.hosts));
    }

    private static double gpuFill(Fleet books) {
        double capacity = gpuCapacity(books.hosts);
        double free = 0;
        for (int i = 0; i < books.gpu.length; i++) {
            free += books.gpuFree(i);
        }
        return capacity == 0 ? 0 : 100 * (1 - free / capacity);
    }

    private static void requireFull(Fleet books, Shape pod) {
        for (int host = 0; host < books.cpu.length; host++) {
            if (books.fits(host, pod)) {
                throw new IllegalStateException("a pod was refused that fits on "
                        + books.hosts.get(host).name());
            }
        }
    }
}
