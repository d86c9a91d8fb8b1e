package org.kochab.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.scheduler.internal.core.Conduct;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.scheduler.internal.core.VendorPlugins;
import org.kochab.scheduler.internal.core.plugins.Allocation;
import org.kochab.scheduler.internal.core.plugins.ResourceFit;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/**
 * The decision core: how many pods a second are placed on a cluster of columns. Only the decision is timed; between batches its outcome is fed back as
 * claims. The outcome is verified before anything is printed; the last line is JSON.
 */
public final class Place {
    private static final long SEED = 42;
    /** As a member has them by default. */
    private static final Conduct.Limits LIMITS = new Conduct.Limits(
            TimeUnit.MILLISECONDS.toNanos(50), 3, 3, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(600));

    private record Options(
            int nodes,
            int pods,
            boolean full,
            boolean identical,
            int group,
            int batch,
            int rounds,
            int peerPods,
            Optional<Hostile> hostile) {
        static Options parse(String[] args) {
            int nodes = 50_000;
            int pods = 100_000;
            boolean full = true;
            boolean identical = false;
            int group = 20;
            int batch = 10_000;
            int rounds = 3;
            int peerPods = 500;
            Optional<Hostile> hostile = Optional.empty();
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--nodes" -> nodes = Integer.parseInt(args[++i]);
                    case "--pods" -> pods = Integer.parseInt(args[++i]);
                    case "--profile" -> full = full(args[++i]);
                    case "--identical" -> identical = true;
                    case "--group" -> group = Integer.parseInt(args[++i]);
                    case "--batch" -> batch = Integer.parseInt(args[++i]);
                    case "--rounds" -> rounds = Integer.parseInt(args[++i]);
                    case "--peer-pods" -> peerPods = Integer.parseInt(args[++i]);
                    case "--hostile" -> hostile = Optional.of(Hostile.of(args[++i]));
                    default ->
                        throw new IllegalArgumentException("unknown option " + args[i]
                                + "; known: --nodes N --pods M --profile full|resources --identical --group G --batch B"
                                + " --rounds R --peer-pods P (0 for no peer) --hostile throws|wrong|outside|slow");
                }
            }
            return new Options(nodes, pods, full, identical, group, batch, rounds, peerPods, hostile);
        }

        /** What is compared over numbers of nodes. */
        String described() {
            return (full ? "full set of plugins, " : "resources only, ")
                    + (identical ? "identical pods" : "groups of " + group)
                    + hostile.map(h -> ", a scorer that is hostile: " + h.text())
                            .orElse("");
        }

        private static boolean full(String profile) {
            return switch (profile) {
                case "full" -> true;
                case "resources" -> false;
                default -> throw new IllegalArgumentException("--profile is full or resources, not " + profile);
            };
        }
    }

    private record Round(double seconds, double cpuSeconds, double feedSeconds, int placed, int rejected) {
        double perSecond() {
            return (placed + rejected) / seconds;
        }

        double perCpuSecond() {
            return (placed + rejected) / cpuSeconds;
        }
    }

    private final Options options;
    private final PluginSet plugins;

    private Place(Options options) {
        this.options = options;
        this.plugins = options.full
                ? Profile.SPREAD.plugins()
                : new PluginSet(List.of(new ResourceFit()), List.of(new Allocation(Allocation.Aim.LEAST)), List.of());
    }

    /** As in a member that has just started. */
    private static VendorPlugins vendors() {
        return new VendorPlugins(
                new VendorPlugins.Settings(LIMITS, false, Collections.emptySortedSet()), System::nanoTime);
    }

    private static VendorPlugins vendors(Hostile hostile) {
        VendorPlugins vendors = vendors();
        vendors.add(hostile, new VendorPlugins.Source("com.example.hostile", "1.0.0", 1));
        return vendors;
    }

    public static void main(String[] args) {
        new Place(options(args)).run();
    }

    private static Options options(String[] args) {
        try {
            return Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            throw e;
        }
    }

    private void run() {
        round(Math.min(options.pods, 50_000), SEED + 1, vendors());
        if (options.hostile.isPresent()) {
            pairs(options.hostile.get());
            return;
        }
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < options.rounds; i++) {
            Round round = round(options.pods, SEED, vendors());
            rounds.add(round);
            System.out.printf(Locale.ROOT, "round %d: %.0f placements/s%n", i + 1, round.perSecond());
        }
        double fenzo = 0;
        if (options.peerPods > 0) {
            FenzoPeer.tasksPerSecond(Math.min(options.nodes, 1000), 1000);
            fenzo = FenzoPeer.tasksPerSecond(options.nodes, options.peerPods);
        }
        print(rounds, fenzo);
    }

    /** A round without the scorer and one with it, which has just been installed, one right after the other; which is first changes from pair to pair. */
    private void pairs(Hostile hostile) {
        List<Round[]> pairs = new ArrayList<>();
        for (int i = 0; i < options.rounds; i++) {
            Round[] pair = new Round[2];
            for (int which : i % 2 == 0 ? new int[] {0, 1} : new int[] {1, 0}) {
                pair[which] = round(options.pods, SEED + i, which == 0 ? vendors() : vendors(hostile));
            }
            pairs.add(pair);
            System.out.printf(
                    Locale.ROOT,
                    "pair %d: %.0f placements per CPU second without it, %.0f with it (%.0f and %.0f by the clock)%n",
                    i + 1,
                    pair[0].perCpuSecond(),
                    pair[1].perCpuSecond(),
                    pair[0].perSecond(),
                    pair[1].perSecond());
        }
        double[] cpu = shares(pairs, Round::perCpuSecond);
        double[] clock = shares(pairs, Round::perSecond);
        System.out.printf(
                Locale.ROOT,
                "{\"case\":\"%s\",\"nodes\":%d,\"pods\":%d,\"batch\":%d,\"pairs\":%d,\"verified\":true,\"share\":%.3f,"
                        + "\"shareLeast\":%.3f,\"shareMost\":%.3f,\"shareByClock\":%.3f}%n",
                options.described(),
                options.nodes,
                options.pods,
                options.batch,
                pairs.size(),
                cpu[cpu.length / 2],
                cpu[0],
                cpu[cpu.length - 1],
                clock[clock.length / 2]);
    }

    /** What of a pair's speed is left, sorted. */
    private static double[] shares(List<Round[]> pairs, ToDoubleFunction<Round> speed) {
        return pairs.stream()
                .mapToDouble(p -> speed.applyAsDouble(p[1]) / speed.applyAsDouble(p[0]))
                .sorted()
                .toArray();
    }

    private Round round(int pods, long seed, VendorPlugins vendors) {
        Workload workload = new Workload(options.full, options.identical, seed);
        ClusterModel model = workload.cluster(options.nodes);
        Verifier verifier = new Verifier();
        var threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        long cpuNanos = 0;
        long feedNanos = 0;
        for (int left = pods; left > 0; left -= options.batch) {
            List<PodGroup> batch = workload.batch(Math.min(left, options.batch), options.group);
            long cpu = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            List<Decision> decisions = vendors.place(this, model.view(), batch, seed + left, plugins);
            nanos += System.nanoTime() - start;
            cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
            start = System.nanoTime();
            feed(model, batch, decisions);
            feedNanos += System.nanoTime() - start;
            verifier.check(model.view(), batch, decisions);
        }
        return new Round(nanos / 1e9, cpuNanos / 1e9, feedNanos / 1e9, verifier.placed(), verifier.rejected());
    }

    private static void feed(ClusterModel model, List<PodGroup> batch, List<Decision> decisions) {
        int at = 0;
        for (PodGroup group : batch) {
            for (String uid : group.podUids()) {
                if (decisions.get(at++) instanceof Decision.Assigned a) {
                    model.assume(Workload.claim(group, uid, a.node()));
                }
            }
        }
    }

    private void print(List<Round> rounds, double fenzo) {
        double[] rates = rounds.stream().mapToDouble(Round::perSecond).sorted().toArray();
        double median = rates[rates.length / 2];
        double cpu = rounds.stream()
                .mapToDouble(r -> 1000 * r.cpuSeconds / (r.placed + r.rejected))
                .sorted()
                .toArray()[rates.length / 2];
        Round last = rounds.get(rounds.size() - 1);
        System.out.printf(
                Locale.ROOT,
                "{\"case\":\"%s\",\"nodes\":%d,\"pods\":%d,\"profile\":\"%s\",\"identical\":%b,\"group\":%d,"
                        + "\"batch\":%d,\"placed\":%d,\"rejected\":%d,\"verified\":true,\"placementsPerSecond\":%.0f,"
                        + "\"spread\":%s,\"cpuMillisPerPod\":%.5f,\"perCpuSecond\":%.0f,\"feedPerSecond\":%.0f,"
                        + "\"fenzoTasksPerSecond\":%.0f,\"timesFenzo\":%.0f,\"heapMiB\":%d}%n",
                options.described(),
                options.nodes,
                options.pods,
                options.full ? "full" : "resources",
                options.identical,
                options.identical ? options.batch : options.group,
                options.batch,
                last.placed,
                last.rejected,
                median,
                Arrays.toString(Arrays.stream(rates).mapToLong(Math::round).toArray()),
                cpu,
                1000 / cpu,
                last.placed / last.feedSeconds,
                fenzo,
                fenzo == 0 ? 0 : median / fenzo,
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
    }
}
