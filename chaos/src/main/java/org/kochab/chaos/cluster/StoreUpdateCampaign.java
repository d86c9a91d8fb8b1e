package org.kochab.chaos.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kochab.chaos.Spread;

/**
 * Updates the bundle of the store in place, in the real distribution, while clients work, kills the process in the middle of some of the updates, and checks all that clients were
 * told and saw, and what an update leaves behind.
 */
public final class StoreUpdateCampaign {
    public static final String NAME = "store-update";

    private static final String MEMBER = "member-1";
    private static final String PARTITION = "tp-1";
    private static final int WRITERS = 8;
    private static final int WATCHERS = 20;
    private static final int PAUSE_MILLIS = 20;
    /** What a store, its bundle and a partition of 100,000 keys need, twice. */
    private static final String HEAP = "1g";

    /** Within this time after an update has begun comes the kill: it takes about that long. */
    private static final int KILL_MILLIS = 2_500;

    /** What those threads of the JDK's pool for files hold that are never idle for a minute, however many updates there were. */
    private static final int MOST_LOADERS = 2;

    private static final int ROUND_SECONDS = 900;
    private static final int END_SECONDS = 180;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final int rounds;
    private final int updates;
    private final int keys;
    private final long seed;
    private final Random random;
    private final long begun = System.nanoTime();
    private final List<Updates> starts = new ArrayList<>();

    /**
     * @param rounds that end in a kill; one more does not
     * @param updates of a round
     * @param keys that the partition has beside those of its writers
     */
    public StoreUpdateCampaign(int rounds, int updates, int keys, long seed) {
        this.rounds = rounds;
        this.updates = updates;
        this.keys = keys;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /**
     * Runs it; the last line printed is JSON.
     *
     * @param home an unpacked control-plane distribution that boots the feature with the clients; only read
     * @param port of ten in a row
     * @return whether nothing was found
     * @throws IllegalStateException if the member does not come back at all
     */
    public boolean run(Path home, Path directory, int port) throws IOException, InterruptedException {
        System.out.println("chaos " + NAME + ", seed " + seed + ", all in " + directory);
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Logs history = new Logs(logs, List.of(MEMBER), List.of(PARTITION));
        ClusterMember member = member(home, directory, logs, port);
        try {
            for (int round = 1; round <= rounds; round++) {
                member.start();
                await(member, history, logs, u -> u.begun() == updates);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(KILL_MILLIS));
                member.kill();
                history.follow();
                ended(logs);
            }
            member.start();
            await(member, history, logs, Updates::isOver);
            Files.createFile(logs.resolve("stop"));
            await(member, history, logs, u -> history.ended() && u.isCounted());
            ended(logs);
        } finally {
            member.close();
        }
        PartitionHistory partition = history.histories().get(0);
        partition.check();
        return result(partition, answers(logs, starts.size()));
    }

    private ClusterMember member(Path home, Path directory, Path logs, int port) throws IOException {
        ClusterMember member = new ClusterMember(
                home,
                directory.resolve(MEMBER),
                List.of(),
                Map.of(
                        "KOCHAB_MEMBER", MEMBER,
                        "KOCHAB_DISCOVERY_PORT", "" + port,
                        "KOCHAB_COMMUNICATION_PORT", "" + (port + 1),
                        "KOCHAB_SSH_PORT", "" + (port + 2),
                        "KOCHAB_MQTT_PORT", "" + (port + 3),
                        "KOCHAB_BROKERS", "tcp://127.0.0.1:" + (port + 3),
                        "KOCHAB_SECURE_HOST", "127.0.0.1",
                        "KOCHAB_SECURE_PORT", "" + (port + 4),
                        "JAVA_MAX_MEM", HEAP));
        Path store = store(home);
        Path other = OtherVersion.of(store, directory.resolve("other-version.jar"));
        member.configure(Map.of(
                "org.kochab.store.ignite.cfg",
                List.of("directory = " + member.store()),
                "org.kochab.chaos.cluster.cfg",
                List.of(
                        "directory = " + logs,
                        "members = " + MEMBER,
                        "partitions = " + PARTITION,
                        "writers = " + WRITERS,
                        "watchers = " + (WATCHERS - 1),
                        "pauseMillis = " + PAUSE_MILLIS,
                        "seed = " + seed),
                "org.kochab.chaos.updates.cfg",
                List.of(
                        "directory = " + directory(logs),
                        "jars = " + store + "," + other,
                        "updates = " + updates,
                        "keys = " + keys,
                        "seed = " + seed)));
        return member;
    }

    private static Path store(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("system/org/kochab/kochab-store-ignite"))) {
            return all.filter(f -> f.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(home + " has no bundle of the store"));
        }
    }

    private static Path directory(Path logs) {
        return logs.resolve("updates");
    }

    private void ended(Path logs) throws IOException {
        Updates last = updates(logs, starts.size());
        starts.add(last);
        System.out.println("round " + starts.size() + "/" + (rounds + 1) + ": "
                + last.done().size() + " of " + last.begun() + " updates done"
                + (last.isOver() ? "" : ", killed in the last"));
    }

    private interface Until {
        boolean holds(Updates updates);
    }

    private void await(ClusterMember member, Logs history, Path logs, Until until) throws IOException {
        int start = starts.size();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ROUND_SECONDS);
        while (true) {
            Updates now = updates(logs, start);
            if (!now.failure().isEmpty()) {
                throw new IllegalStateException("update " + now.begun() + ": " + now.failure());
            }
            history.follow();
            if (until.holds(now)) {
                return;
            }
            if (!member.isAlive()) {
                throw new IllegalStateException("the member ended by itself in round " + (start + 1));
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "round " + (start + 1) + " did not come to its end in " + ROUND_SECONDS + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static Updates updates(Path logs, int start) throws IOException {
        Updates updates = new Updates();
        lines(directory(logs), start).forEach(updates::line);
        return updates;
    }

    private static Answers answers(Path logs, int starts) throws IOException {
        Answers answers = new Answers();
        for (int start = 0; start < starts; start++) {
            lines(logs.resolve(MEMBER).resolve(PARTITION), start).forEach(answers::line);
        }
        return answers;
    }

    /** The whole lines that the log of a start has so far. */
    private static List<String> lines(Path directory, int start) throws IOException {
        Path file = directory.resolve("log-0-" + start + ".txt");
        String text = Files.exists(file) ? Files.readString(file, UTF_8) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private boolean result(PartitionHistory partition, Answers answers) {
        partition.findings().forEach(System.out::println);
        starts.forEach(s -> s.findings().forEach(System.out::println));
        List<Updates.Done> done =
                starts.stream().flatMap(s -> s.done().stream()).toList();
        String served = millis(done, u -> u.to() - u.from());
        String without = millis(done, u -> answers.longestWithout(u.from(), u.to()));
        String calls = millis(done, u -> answers.longestCall(u.from(), u.to()));
        long wrongKeys = starts.stream().mapToLong(Updates::wrongKeys).sum();
        Updates.Left left = starts.get(rounds).left();
        System.out.println("{\"chaos\":\"" + NAME + "\",\"rounds\":" + rounds + ",\"updates\":" + done.size()
                + ",\"killed\":" + starts.stream().filter(s -> !s.isOver()).count() + ",\"keys\":" + keys + ",\"seed\":"
                + seed + ",\"acknowledged\":" + partition.acknowledged() + ",\"unknown\":" + partition.unknown()
                + ",\"reads\":" + partition.reads() + ",\"watched\":" + partition.events() + ",\"watched_by_many\":"
                + partition.crowded() + ",\"too_late\":" + partition.late() + ",\"wrong\":" + partition.wrong()
                + ",\"wrong_keys\":" + wrongKeys + ",\"refusals\":" + json(answers.refusals()) + ",\"untyped\":"
                + answers.untyped() + ",\"served_millis\":" + served + ",\"without_acknowledgement_millis\":"
                + without + ",\"longest_call_millis\":" + calls + ",\"loaders_left\":" + left.loaders()
                + ",\"threads_before\":" + left.threadsBefore() + ",\"threads_after\":" + left.threadsAfter()
                + ",\"seconds\":" + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + "}");
        return partition.wrong() == 0 && wrongKeys == 0 && answers.untyped() == 0 && left.loaders() <= MOST_LOADERS;
    }

    private static String millis(List<Updates.Done> done, ToLongFunction<Updates.Done> nanos) {
        return Spread.of(done.stream()
                .map(u -> TimeUnit.NANOSECONDS.toMillis(nanos.applyAsLong(u)))
                .toList());
    }

    private static String json(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
