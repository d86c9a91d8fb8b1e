package org.kochab.benchmarks.pack;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A peer that looks at every node for every pod and takes the one with the highest score, of equal ones the first. */
final class Scan implements Placer {
    /** Of a node on which the pod fits; and which of its devices it is to have. */
    interface Rule {
        double score(Fleet fleet, int host, Shape shape);

        int devices(Fleet fleet, int host, Shape shape);
    }

    private final String name;
    private final Fleet fleet;
    private final Rule rule;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long nanos;
    private long cpuNanos;

    private Scan(String name, List<Host> hosts, Rule rule) {
        this.name = name;
        this.fleet = new Fleet(hosts);
        this.rule = rule;
    }

    /** Least is left free: the sum over resources of what is left, each as a share of what the largest node has. */
    static Scan bestFit(List<Host> hosts, boolean withGpu) {
        double cpu = hosts.stream().mapToLong(Host::cpu).max().orElse(1);
        double memory = hosts.stream().mapToLong(Host::memory).max().orElse(1);
        double gpu =
                Host.WHOLE * (double) hosts.stream().mapToInt(Host::gpus).max().orElse(1);
        return new Scan("best fit", hosts, new Rule() {
            @Override
            public double score(Fleet fleet, int host, Shape shape) {
                double left = (fleet.cpu[host] - shape.cpu()) / cpu;
                return -left
                        - (withGpu
                                ? (fleet.gpuFree(host) - shape.gpuTotal()) / gpu
                                : (fleet.memory[host] - shape.memory()) / memory);
            }

            @Override
            public int devices(Fleet fleet, int host, Shape shape) {
                return Devices.tightest(fleet.gpu[host], shape);
            }
        });
    }

    /** Any node, any device. */
    static Scan random(List<Host> hosts, long seed) {
        Random random = new Random(seed);
        return new Scan("random fit", hosts, new Rule() {
            @Override
            public double score(Fleet fleet, int host, Shape shape) {
                return random.nextDouble();
            }

            @Override
            public int devices(Fleet fleet, int host, Shape shape) {
                int[] free = fleet.gpu[host];
                if (!shape.isShare()) {
                    return Devices.tightest(free, shape);
                }
                int device;
                do {
                    device = random.nextInt(free.length);
                } while (free[device] < shape.gpuMilli());
                return 1 << device;
            }
        });
    }

    /**
     * Where fragmentation falls most, as in the authors' simulator: the fall goes through a sigmoid and is cut to a whole number from 0 to 100, and of equal ones
     * the first by name is taken.
     */
    static Scan fgd(List<Host> hosts, Fragmentation fragmentation) {
        Gradient gradient = new Gradient(fragmentation, hosts.size());
        return new Scan("FGD", hosts, new Rule() {
            @Override
            public double score(Fleet fleet, int host, Shape shape) {
                double fall = gradient.step(host, fleet.cpu[host], fleet.gpu[host], shape)
                        .fall();
                return Math.floor(100 / (1 + Math.exp(-fall / Host.WHOLE)));
            }

            @Override
            public int devices(Fleet fleet, int host, Shape shape) {
                return gradient.step(host, fleet.cpu[host], fleet.gpu[host], shape)
                        .devices();
            }
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<@Nullable Placement> place(List<Shape> pods) {
        long cpu = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        List<@Nullable Placement> placements = new ArrayList<>(pods.size());
        for (Shape pod : pods) {
            Placement placement = place(pod);
            if (placement != null) {
                fleet.take(placement, pod);
            }
            placements.add(placement);
        }
        nanos += System.nanoTime() - start;
        cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
        return placements;
    }

    private @Nullable Placement place(Shape pod) {
        int best = -1;
        double most = 0;
        for (int host = 0; host < fleet.cpu.length; host++) {
            if (!fleet.fits(host, pod)) {
                continue;
            }
            double score = rule.score(fleet, host, pod);
            if (best < 0 || score > most) {
                best = host;
                most = score;
            }
        }
        return best < 0 ? null : new Placement(best, rule.devices(fleet, best, pod));
    }

    @Override
    public void check(Fleet books) {
        for (int i = 0; i < books.cpu.length; i++) {
            if (fleet.cpu[i] != books.cpu[i] || !Arrays.equals(fleet.gpu[i], books.gpu[i])) {
                throw new IllegalStateException(books.hosts.get(i).name() + " is not what the books say it is");
            }
        }
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long cpuNanos() {
        return cpuNanos;
    }
}
