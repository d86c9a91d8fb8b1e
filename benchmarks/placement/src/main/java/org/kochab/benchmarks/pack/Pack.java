package org.kochab.benchmarks.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * How tightly pods are packed, with best fit, random fit and FGD beside us. Two replays of the openb trace for each seed: of cpu and memory on all nodes, and with GPUs on the
 * nodes that have some. In both, pods arrive until they have asked for 130 % of the cluster. The last line is JSON.
 */
public final class Pack {
    private static final double ARRIVE = 1.3;
    /** Devices are chosen when a placement is claimed. */
    private static final int GPU_BATCH = 1;
    /**
     * FGD at 130 % arrived, {@code openb_pod_list_default}, mean of the seeds 42 to 51: {@code experiments/analysis/expected_results/} of
     * github.com/hkust-adsl/kubernetes-scheduler-simulator, the artifact of "Beware of Fragmentation", USENIX ATC 2023; the same run as its figures 7 and 9.
     */
    private static final double PUBLISHED_FRAGMENTATION = 4.57;

    private static final double PUBLISHED_GPU_FILL = 95.39;

    private record Options(Path trace, long seed, int rounds, int batch) {
        static Options parse(String[] args) {
            Path trace = null;
            long seed = 42;
            int rounds = 3;
            int batch = 1000;
            for (int i = 0; i < args.length; i++) {
                String value = i + 1 < args.length ? args[i + 1] : "";
                switch (args[i++]) {
                    case "--trace" -> trace = Path.of(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--rounds" -> rounds = atLeastOne(value);
                    case "--batch" -> batch = atLeastOne(value);
                    default ->
                        throw new IllegalArgumentException("unknown option " + args[i - 1]
                                + "; known: --trace DIRECTORY --seed S --rounds R --batch B");
                }
            }
            if (trace == null || trace.toString().isEmpty()) {
                throw new IllegalArgumentException("--trace DIRECTORY is missing: where nodes.csv and pods.csv of the"
                        + " openb trace are (cluster-trace-gpu-v2023 of github.com/alibaba/clusterdata)");
            }
            return new Options(trace, seed, rounds, batch);
        }

        private static int atLeastOne(String text) {
            int number = Integer.parseInt(text);
            if (number < 1) {
                throw new IllegalArgumentException(text + " is less than 1");
            }
            return number;
        }
    }

    private final Options options;
    private final Trace gpus;
    private final Trace cpus;
    private final Fragmentation fragmentation;
    /** By placer, then by round. */
    private final List<List<Replay>> cpuReplays = new ArrayList<>();

    private final List<List<Replay>> gpuReplays = new ArrayList<>();

    private Pack(Options options, Trace trace) {
        this.options = options;
        this.gpus = trace.gpuNodes();
        this.cpus = trace.withoutGpus();
        this.fragmentation = new Fragmentation(trace.pods());
    }

    public static void main(String[] args) throws IOException {
        Options options = options(args);
        new Pack(options, Trace.read(options.trace)).run();
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
        System.out.println("to warm up:");
        round(options.seed - 1);
        cpuReplays.clear();
        gpuReplays.clear();
        for (int i = 0; i < options.rounds; i++) {
            round(options.seed + i);
        }
        print();
    }

    private void round(long seed) {
        List<Host> hosts = cpus.hosts();
        System.out.printf(Locale.ROOT, "seed %d, cpu and memory on %d nodes%n", seed, hosts.size());
        replay(
                cpus.arrivals(seed, ARRIVE * Replay.cpuCapacity(hosts), Shape::cpu),
                hosts,
                options.batch,
                cpuReplays,
                List.of(
                        () -> EnginePlacer.binpack(hosts, seed),
                        () -> Scan.bestFit(hosts, false),
                        () -> Scan.random(hosts, seed)));
        List<Host> withGpu = gpus.hosts();
        System.out.printf(Locale.ROOT, "seed %d, GPUs on %d nodes%n", seed, withGpu.size());
        replay(
                gpus.arrivals(seed, ARRIVE * Replay.gpuCapacity(withGpu), Shape::gpuTotal),
                withGpu,
                GPU_BATCH,
                gpuReplays,
                List.of(
                        () -> EnginePlacer.fragmentation(withGpu, fragmentation, seed),
                        () -> EnginePlacer.binpack(withGpu, seed),
                        () -> Scan.bestFit(withGpu, true),
                        () -> Scan.random(withGpu, seed),
                        () -> Scan.fgd(withGpu, fragmentation)));
    }

    private void replay(
            List<Shape> arrivals,
            List<Host> hosts,
            int batch,
            List<List<Replay>> into,
            List<Supplier<Placer>> placers) {
        for (int i = 0; i < placers.size(); i++) {
            if (into.size() == i) {
                into.add(new ArrayList<>());
            }
            Replay replay = Replay.of(placers.get(i).get(), hosts, arrivals, batch, fragmentation);
            into.get(i).add(replay);
            System.out.printf(
                    Locale.ROOT,
                    "  %-26s cpu %.2f then %.2f %%, GPU %.2f then %.2f %%, fragmentation %.2f %%,"
                            + " %d of %d failed, %.0f placements a CPU second%n",
                    replay.placer(),
                    replay.cpuFillAtFirst(),
                    replay.cpuFill(),
                    replay.gpuFillAtFirst(),
                    replay.gpuFill(),
                    replay.fragmentation(),
                    replay.failed(),
                    replay.pods(),
                    replay.filling().perCpuSecond());
        }
    }

    private void print() {
        List<Replay> kochab = cpuReplays.get(0);
        List<Replay> bestFit = cpuReplays.get(1);
        double widest = 0;
        for (int i = 0; i < kochab.size(); i++) {
            widest = Math.max(
                    widest,
                    Math.max(
                            bestFit.get(i).cpuFillAtFirst() - kochab.get(i).cpuFillAtFirst(),
                            bestFit.get(i).cpuFill() - kochab.get(i).cpuFill()));
        }
        StringBuilder json = new StringBuilder();
        json.append(String.format(
                Locale.ROOT,
                "{\"case\":\"Kochab\",\"trace\":\"openb\",\"nodes\":%d,\"gpuNodes\":%d,\"seed\":%d,\"rounds\":%d,\"batch\":%d,\"verified\":true",
                cpus.hosts().size(),
                gpus.hosts().size(),
                options.seed,
                options.rounds,
                options.batch));
        number(json, "cpuFillAtFirstFailure", mean(kochab, Replay::cpuFillAtFirst));
        number(json, "bestFitCpuFillAtFirstFailure", mean(bestFit, Replay::cpuFillAtFirst));
        number(json, "randomCpuFillAtFirstFailure", mean(cpuReplays.get(2), Replay::cpuFillAtFirst));
        number(json, "mostBehindBestFit", widest);
        number(json, "gpuFragmentation", mean(gpuReplays.get(0), Replay::fragmentation));
        number(json, "binpackGpuFragmentation", mean(gpuReplays.get(1), Replay::fragmentation));
        number(json, "bestFitGpuFragmentation", mean(gpuReplays.get(2), Replay::fragmentation));
        number(json, "randomGpuFragmentation", mean(gpuReplays.get(3), Replay::fragmentation));
        number(json, "fgdGpuFragmentation", mean(gpuReplays.get(4), Replay::fragmentation));
        number(json, "publishedFgdGpuFragmentation", PUBLISHED_FRAGMENTATION);
        number(json, "gpuFill", mean(gpuReplays.get(0), Replay::gpuFill));
        number(json, "publishedFgdGpuFill", PUBLISHED_GPU_FILL);
        number(json, "placementsPerSecond", median(kochab, r -> r.filling().perSecond()));
        number(json, "perCpuSecond", median(kochab, r -> r.filling().perCpuSecond()));
        number(json, "gpuPerCpuSecond", median(gpuReplays.get(0), r -> r.filling()
                .perCpuSecond()));
        all(json, "cpuAndMemory", cpuReplays);
        all(json, "gpus", gpuReplays);
        System.out.println(json.append('}'));
    }

    private static void number(StringBuilder json, String name, double value) {
        json.append(String.format(Locale.ROOT, ",\"%s\":%.3f", name, value));
    }

    /** Means of the rounds, with every round's fill and fragmentation. */
    private static void all(StringBuilder json, String name, List<List<Replay>> byPlacer) {
        json.append(",\"").append(name).append("\":[");
        String separator = "";
        for (List<Replay> rounds : byPlacer) {
            json.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "{\"placer\":\"%s\",\"pods\":%.0f,\"failed\":%.0f,\"placementsPerSecond\":%.0f,\"perCpuSecond\":%.0f,\"perCpuSecondWithFailed\":%.0f",
                            rounds.get(0).placer(),
                            mean(rounds, Replay::pods),
                            mean(rounds, Replay::failed),
                            median(rounds, r -> r.filling().perSecond()),
                            median(rounds, r -> r.filling().perCpuSecond()),
                            median(rounds, r -> r.all().perCpuSecond())));
            each(json, "cpuFillAtFirstFailure", rounds, Replay::cpuFillAtFirst);
            each(json, "cpuFill", rounds, Replay::cpuFill);
            each(json, "gpuFillAtFirstFailure", rounds, Replay::gpuFillAtFirst);
            each(json, "gpuFill", rounds, Replay::gpuFill);
            each(json, "gpuFragmentation", rounds, Replay::fragmentation);
            json.append('}');
            separator = ",";
        }
        json.append(']');
    }

    private static void each(StringBuilder json, String name, List<Replay> rounds, ToDoubleFunction<Replay> field) {
        json.append(",\"").append(name).append("\":[");
        for (int i = 0; i < rounds.size(); i++) {
            json.append(i == 0 ? "" : ",")
                    .append(String.format(Locale.ROOT, "%.3f", field.applyAsDouble(rounds.get(i))));
        }
        json.append(']');
    }

    private static double mean(List<Replay> rounds, ToDoubleFunction<Replay> field) {
        return rounds.stream().mapToDouble(field).average().orElse(0);
    }

    private static double median(List<Replay> rounds, ToDoubleFunction<Replay> field) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(field))
                .mapToDouble(field)
                .toArray()[rounds.size() / 2];
    }
}
