package org.kochab.chaos.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;

/**
 * Clients on one of several members. For each partition they write, compare and set, read and watch, through the handle that every caller
 * uses, wherever the partition is led. All they asked and were told goes into logs outside the member, with the machine's monotonic clock,
 * which all processes of a machine share.
 *
 * <p>A file {@code stop} in the directory ends the writers; then each key is read once more, and the log ends with {@code Z}.
 */
public final class ClusterLoad implements AutoCloseable {
    static final String PREFIX = "chaos/";

    private static final int END_SECONDS = 90;
    private static final Duration SAY = Duration.ofSeconds(10);

    private final List<Thread> threads = new ArrayList<>();
    private final List<ChaosLog> logs = new ArrayList<>();
    private final Path stop;
    private volatile boolean closed;

    /**
     * The clients of each partition on each member.
     *
     * @param writers beside one that compares and sets, and one that reads
     * @param watchers beside the first one, which logs all it sees
     * @param pauseMillis between two calls of a client
     */
    public record Crew(int writers, int watchers, int pauseMillis) {}

    private ClusterLoad(Path directory) {
        this.stop = directory.resolve("stop");
    }

    /**
     * Starts the clients.
     *
     * @param members names of all members, this one among them
     */
    public static ClusterLoad start(
            PartitionService partitions,
            List<String> members,
            List<String> partitionIds,
            Path directory,
            long seed,
            Crew crew)
            throws IOException {
        return start(partitions, members, partitionIds, directory, seed, crew, SAY);
    }

    /** @param say how often each watcher says what it has seen */
    static ClusterLoad start(
            PartitionService partitions,
            List<String> members,
            List<String> partitionIds,
            Path directory,
            long seed,
            Crew crew,
            Duration say)
            throws IOException {
        ClusterLoad load = new ClusterLoad(directory);
        String member = partitions.member();
        int own = members.indexOf(member);
        for (String id : partitionIds) {
            Path logs = Files.createDirectories(directory.resolve(member).resolve(id));
            ChaosLog log = ChaosLog.open(logs, 0);
            load.logs.add(log);
            PartitionId partition = new PartitionId(id);
            Clients clients = new Clients(partitions, partition, log, members, load::ended, crew.pauseMillis());
            for (int w = 0; w < crew.writers(); w++) {
                int writer = w;
                Random random = new Random(seed * 31 + own * 100L + w);
                load.thread(id + "-writer-" + w, () -> clients.write(own, writer, random));
            }
            load.thread(id + "-setter", () -> clients.compareAndSet(own, new Random(seed * 37 + own)));
            load.thread(id + "-reader", () -> clients.read(crew.writers(), new Random(seed * 41 + own), load.threads));
            Watcher watcher = new Watcher(partitions, partition, log, load::closed);
            load.thread(id + "-watcher", watcher::watch);
            if (crew.watchers() > 0) {
                Crowd crowd = new Crowd(
                        partitions, partition, log, crew.watchers(), say, new Random(seed * 43 + own), load::closed);
                load.thread(id + "-crowd", crowd::watch);
            }
        }
        ChaosLog first = load.logs.get(0);
        load.thread("members", () -> load.count(partitions, first));
        load.threads.forEach(Thread::start);
        return load;
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "kochab-chaos-" + name);
        thread.setDaemon(true);
        threads.add(thread);
    }

    private boolean ended() {
        return closed || Files.exists(stop);
    }

    private boolean closed() {
        return closed;
    }

    private void count(PartitionService partitions, ChaosLog log) {
        int before = 0;
        while (!closed && Clients.pause(200)) {
            int now = partitions.members().size();
            if (now != before) {
                log.line("M " + System.nanoTime() + " " + now);
                before = now;
            }
        }
    }

    /** Ends the clients; bounded. */
    @Override
    public void close() throws IOException {
        closed = true;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (ChaosLog log : logs) {
            log.close();
        }
    }
}
