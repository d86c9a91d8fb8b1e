package org.kochab.chaos.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Strikes a cluster again and again while clients work, and checks all that they were told. */
public final class Campaign {
    private static final int START_SECONDS = 300;
    private static final int WHOLE_SECONDS = 180;
    private static final int QUIET_MILLIS = 5_000;

    /** What healing may take. */
    private static final int SOON_SECONDS = 30;

    private final String name;
    private final int rounds;
    private final long seed;
    private final long begun = System.nanoTime();
    private final List<Double> healing = new ArrayList<>();

    /** @param name one of {@link #names} */
    public Campaign(String name, int rounds, long seed) {
        this.name = name;
        this.rounds = rounds;
        this.seed = seed;
    }

    /** The faults there are. */
    public static List<String> names() {
        return Faults.names();
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param home an unpacked control-plane distribution that boots the feature with the clients; only read
     * @return whether nothing was found
     * @throws IllegalStateException if the cluster does not come back at all
     */
    public boolean run(Path home, Path directory, int members) throws IOException, InterruptedException {
        System.out.println("chaos " + name + ", " + members + " members, seed " + seed + ", all in " + directory);
        Random random = new Random(seed);
        Cluster cluster = new Cluster(home, directory, members, seed, name);
        try {
            Faults faults = new Faults(cluster, random);
            cluster.start();
            System.out.printf("  serving after %.1f s%n", cluster.awaitWhole(System.nanoTime(), START_SECONDS) / 1e9);
            for (int round = 0; round < rounds; round++) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(QUIET_MILLIS));
                faults.strike(name, round);
                double seconds = cluster.awaitWhole(System.nanoTime(), WHOLE_SECONDS) / 1e9;
                healing.add(seconds);
                System.out.printf("round %d/%d: one cluster again after %.1f s%n", round + 1, rounds, seconds);
            }
            cluster.end(WHOLE_SECONDS);
            return result(cluster, faults);
        } finally {
            cluster.close();
        }
    }

    private boolean result(Cluster cluster, Faults faults) {
        List<PartitionHistory> all = cluster.history().histories();
        all.forEach(h -> h.findings().forEach(System.out::println));
        long wrong = all.stream().mapToLong(PartitionHistory::wrong).sum();
        long late = healing.stream().filter(s -> s > SOON_SECONDS).count();
        Collections.sort(healing);
        System.out.printf(
                "{\"chaos\":\"%s\",\"members\":%d,\"rounds\":%d,\"seed\":%d,\"acknowledged\":%d,\"unknown\":%d,"
                        + "\"reads\":%d,\"watched\":%d,\"watched_by_many\":%d,\"too_late\":%d,\"wrong\":%d,\"minority_acknowledged\":%d,"
                        + "\"healing_p50_s\":%.1f,\"healing_max_s\":%.1f,\"healing_over_%d_s\":%d,\"seconds\":%d}%n",
                name,
                cluster.size(),
                rounds,
                seed,
                all.stream().mapToLong(PartitionHistory::acknowledged).sum(),
                all.stream().mapToLong(PartitionHistory::unknown).sum(),
                all.stream().mapToLong(PartitionHistory::reads).sum(),
                all.stream().mapToLong(PartitionHistory::events).sum(),
                all.stream().mapToLong(PartitionHistory::crowded).sum(),
                all.stream().mapToLong(PartitionHistory::late).sum(),
                wrong,
                faults.minorityAcknowledgements(),
                healing.get(healing.size() / 2),
                healing.get(healing.size() - 1),
                SOON_SECONDS,
                late,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        return wrong == 0 && faults.minorityAcknowledgements() == 0;
    }
}
