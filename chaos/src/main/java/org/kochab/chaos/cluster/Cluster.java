package org.kochab.chaos.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Several members with clients on each, and what their clients logged. */
final class Cluster {
    static final List<String> PARTITIONS = List.of("tp-1", "tp-2");

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int DISCOVERY = 47_500;

    /** Room for the logs that a store keeps before it overwrites them, and little more. */
    private static final int DISK_MEGABYTES = 800;

    private static final int WATCHERS = 1_000;

    /** Less than what happens between two looks of a slow watcher. */
    private static final int SHORT_HISTORY = 2_000;

    private final Network network;
    private final List<String> names = new ArrayList<>();
    private final List<ClusterMember> members = new ArrayList<>();
    private final Path logs;
    private final Logs history;

    /** @param fault for which they are made ready */
    Cluster(Path home, Path directory, int count, long seed, String fault) throws IOException, InterruptedException {
        this.logs = Files.createDirectories(directory.resolve("logs"));
        Certificates certificates = new Certificates(directory.resolve("certificates"));
        this.network = new Network("kc" + ProcessHandle.current().pid() % 10_000, count);
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("member-" + (i + 1));
            addresses.add(Network.address(i) + ":" + DISCOVERY);
        }
        boolean crowded = fault.equals(Faults.WATCHERS);
        for (int i = 0; i < count; i++) {
            Path keyStore = certificates.member(names.get(i));
            ClusterMember member = new ClusterMember(
                    home,
                    directory.resolve(names.get(i)),
                    network.inside(i),
                    Map.of(
                            "KOCHAB_MEMBER",
                            names.get(i),
                            "KOCHAB_MEMBERS",
                            String.join(",", addresses),
                            "KOCHAB_TPS",
                            "" + PARTITIONS.size(),
                            "KOCHAB_STORE_MEGABYTES",
                            "128"));
            member.configure(Map.of(
                    "org.kochab.store.ignite.cfg",
                    List.of(
                            "directory = " + member.store(),
                            "localHost = " + Network.address(i),
                            "keyStore = " + keyStore,
                            "keyStorePasswordFile = " + certificates.passwordFile()),
                    "org.kochab.chaos.cluster.cfg",
                    List.of(
                            "directory = " + logs,
                            "members = " + String.join(",", names),
                            "partitions = " + String.join(",", PARTITIONS),
                            "watchers = " + (crowded ? WATCHERS / count / PARTITIONS.size() : 0),
                            "seed = " + seed),
                    "org.kochab.partition.cfg",
                    crowded ? List.of("history.events = " + SHORT_HISTORY) : List.of()));
            if (fault.equals(Faults.DISK_FULL)) {
                member.mountDisk(DISK_MEGABYTES);
            }
            if (fault.equals(Faults.CLOCK)) {
                member.giveClock();
            }
            members.add(member);
        }
        this.history = new Logs(logs, names, PARTITIONS);
    }

    int size() {
        return members.size();
    }

    String name(int member) {
        return names.get(member);
    }

    ClusterMember member(int member) {
        return members.get(member);
    }

    Network network() {
        return network;
    }

    Logs history() {
        return history;
    }

    void start() throws IOException {
        for (ClusterMember member : members) {
            member.start();
        }
    }

    /**
     * Waits until every member sees all others and its clients are served by every partition.
     *
     * @param since only what was asked after this instant counts
     * @return nanoseconds from then to the last of them
     * @throws IllegalStateException after {@code seconds}, saying who is missing
     */
    long awaitWhole(long since, int seconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            history.follow();
            long last = since;
            String missing = "";
            for (String name : names) {
                if (history.seenBy(name) != names.size()) {
                    missing += " " + name + " sees " + history.seenBy(name) + " members;";
                }
                for (PartitionHistory partition : history.histories()) {
                    long served = partition.servedAfter(name, since).orElse(Long.MIN_VALUE);
                    if (served == Long.MIN_VALUE) {
                        missing += " " + name + " is not served;";
                    }
                    last = Math.max(last, served);
                }
            }
            if (missing.isEmpty()) {
                return Math.max(last, System.nanoTime() - POLL_NANOS) - since;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("not one cluster again after " + seconds + " s:" + missing);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Ends the writers, waits for the last reads, and checks everything. */
    void end(int seconds) throws IOException {
        Files.createFile(logs.resolve("stop"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!history.ended()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the clients did not read everything once more in " + seconds + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
            history.follow();
        }
        history.histories().forEach(PartitionHistory::check);
    }

    /** Kills all members and removes the network. */
    void close() throws IOException, InterruptedException {
        for (ClusterMember member : members) {
            member.close();
        }
        network.close();
    }
}
