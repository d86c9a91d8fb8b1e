package org.kochab.benchmarks.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;

/**
 * Durable commits of a partition beside etcd's: puts, compare-and-swap, and how long until watchers have them. A round is etcd with a new
 * directory, then a partition with a new directory; both with fsync, on the same disk, each alone while it is measured. Every phase is verified; the
 * last line is JSON.
 */
public final class Store {
    private static final String ETCD = "etcd";
    private static final String KOCHAB = "kochab";

    private final Workplace workplace;
    private final Map<String, String> options;
    private final int rounds;
    private final List<Phase> phases = new ArrayList<>();
    private final List<Integer> clients;
    /** Target, phase, then the rounds' figures. */
    private final Map<String, Map<String, List<Phase.Figures>>> figures = new LinkedHashMap<>();

    private Store(Workplace workplace, Map<String, String> options) {
        this.workplace = workplace;
        this.options = options;
        this.rounds = number("rounds");
        this.clients = Arrays.stream(options.get("--clients").split(","))
                .map(Integer::valueOf)
                .toList();
        double seconds = Double.parseDouble(options.get("--seconds"));
        int keys = number("keys");
        int value = number("value");
        int several = number("several");
        int watchers = number("watchers");
        for (int c : clients) {
            phases.add(new Phase("put-" + c, c, keys, value, false, 0, 0, seconds));
        }
        phases.add(new Phase("cas", several, several, value, true, 0, 0, seconds));
        phases.add(new Phase("watch-paced", several, keys, value, false, watchers, number("pace"), seconds));
        phases.add(new Phase("watch-busy", several, keys, value, false, watchers, 0, seconds));
    }

    private int number(String option) {
        return Integer.parseInt(options.get("--" + option));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        try {
            options = Workplace.options(
                    args,
                    "--clients 1,64,256 --seconds 5 --rounds 3 --keys 10000 --value 1024 --several 64 --watchers 4 --pace 200"
                            + " --connections 4 --etcd etcd --port 23300");
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace workplace = new Workplace("bench")) {
            new Store(workplace, options).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        String version = EtcdProcess.version(options.get("--etcd"));
        for (int round = 0; round <= rounds; round++) {
            round(ETCD, round);
            round(KOCHAB, round);
        }
        System.out.println(json(version));
    }

    /** The first one only warms up. */
    private void round(String name, int round) throws Exception {
        String directory = name + "-" + round;
        try (Target target = open(name, workplace.path(directory))) {
            for (Phase phase : phases) {
                Phase.Figures f = phase.run(target);
                if (round > 0) {
                    figures.computeIfAbsent(name, n -> new LinkedHashMap<>())
                            .computeIfAbsent(phase.name(), n -> new ArrayList<>())
                            .add(f);
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s %-6s %-11s %7.0f puts/s, p50 %5.2f ms, p99 %6.2f ms; to watchers p50 %5.2f ms, p99 %6.2f ms; CPU a put %.0f µs here, %.0f µs in etcd; busy %d%n",
                        round == 0 ? "warm-up" : "round " + round,
                        name,
                        phase.name(),
                        f.perSecond(),
                        f.put().at(0.5) / 1e6,
                        f.put().at(0.99) / 1e6,
                        f.watched().at(0.5) / 1e6,
                        f.watched().at(0.99) / 1e6,
                        f.ownMicros(),
                        f.otherMicros(),
                        f.busy());
            }
        }
        workplace.remove(directory);
    }

    private Target open(String name, Path directory) throws Exception {
        return name.equals(ETCD)
                ? new EtcdTarget(options.get("--etcd"), directory, number("port"), number("connections"))
                : new KochabTarget(directory, number("port") + 2);
    }

    private double[] rounds(String name, String phase, ToDoubleFunction<Phase.Figures> figure) {
        return figures.get(name).get(phase).stream()
                .mapToDouble(figure)
                .sorted()
                .toArray();
    }

    private double median(String name, String phase, ToDoubleFunction<Phase.Figures> figure) {
        return Samples.median(rounds(name, phase, figure));
    }

    private String json(String version) {
        StringBuilder points = new StringBuilder();
        for (int c : clients) {
            String phase = "put-" + c;
            points.append(points.length() == 0 ? "" : ",")
                    .append("{\"clients\":")
                    .append(c)
                    .append(rates("", KOCHAB, phase))
                    .append(rates("etcd", ETCD, phase))
                    .append(String.format(
                            Locale.ROOT,
                            ",\"cpuMicrosPerPut\":%.1f,\"etcdCpuMicrosPerPut\":%.1f,\"etcdClientCpuMicrosPerPut\":%.1f,\"etcdCeiling\":%.0f}",
                            median(KOCHAB, phase, Phase.Figures::ownMicros),
                            median(ETCD, phase, Phase.Figures::otherMicros),
                            median(ETCD, phase, Phase.Figures::ownMicros),
                            Runtime.getRuntime().availableProcessors()
                                    * 1e6
                                    / median(ETCD, phase, Phase.Figures::otherMicros)));
        }
        return "{\"benchmark\":\"store\",\"series\":\"Kochab, fsync\",\"etcd\":\"" + version + "\",\"valueBytes\":"
                + options.get("--value") + ",\"rounds\":" + rounds + ",\"points\":[" + points + "],\"casClients\":"
                + options.get("--several") + rates("cas", KOCHAB, "cas") + rates("etcdCas", ETCD, "cas")
                + watched("paced", KOCHAB, "watch-paced") + watched("etcdPaced", ETCD, "watch-paced")
                + watched("busy", KOCHAB, "watch-busy") + watched("etcdBusy", ETCD, "watch-busy")
                + ",\"busy\":" + busy() + ",\"verified\":true}";
    }

    /** How often a partition has told clients to come again, in all rounds together. */
    private long busy() {
        return figures.get(KOCHAB).values().stream()
                .flatMap(List::stream)
                .mapToLong(Phase.Figures::busy)
                .sum();
    }

    private static String field(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private String rates(String prefix, String name, String phase) {
        double[] sorted = rounds(name, phase, Phase.Figures::perSecond);
        return String.format(
                Locale.ROOT,
                ",\"%s\":%.0f,\"%s\":%.0f,\"%s\":%.0f,\"%s\":%.2f,\"%s\":%.2f",
                field(prefix, "putsPerSecond"),
                sorted[sorted.length / 2],
                field(prefix, "least"),
                sorted[0],
                field(prefix, "most"),
                sorted[sorted.length - 1],
                field(prefix, "p50Millis"),
                median(name, phase, f -> f.put().at(0.5) / 1e6),
                field(prefix, "p99Millis"),
                median(name, phase, f -> f.put().at(0.99) / 1e6));
    }

    private String watched(String prefix, String name, String phase) {
        double[] p99 = rounds(name, phase, f -> f.watched().at(0.99) / 1e6);
        return String.format(
                Locale.ROOT,
                ",\"%s\":%.0f,\"%s\":%.2f,\"%s\":%.2f,\"%s\":%.2f",
                field(prefix, "putsPerSecond"),
                median(name, phase, Phase.Figures::perSecond),
                field(prefix, "watchP50Millis"),
                median(name, phase, f -> f.watched().at(0.5) / 1e6),
                field(prefix, "watchP99Millis"),
                p99[p99.length / 2],
                field(prefix, "watchP99MillisMost"),
                p99[p99.length - 1]);
    }
}
