package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.kochab.chaos.load.ChaosLog;

/** Start, load, fault, start again, compare; as often as asked for. */
final class Rounds {
    private static final int START_SECONDS = 300;
    private static final int END_SECONDS = 20;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Bytes of the load's log before a kill, some 2,000 transactions; at a random point below, and a little later. */
    private static final int KILL_LOG = 200_000;

    private static final int KILL_AFTER = 500;
    private static final int LOAD_SECONDS = 20;

    /** Moves of a round before the kill, which then comes within about the time of one more. */
    private static final int MOVES = 5;

    private static final int MOVE_MILLIS = 4_000;
    private static final int MOVES_SECONDS = 600;

    /** Milliseconds after a first start within which the power goes. */
    private static final int FIRST_START = 2_000;

    /** Milliseconds of load before a later power cut; long enough for the disk's own habits to matter. */
    private static final int LATER = 6_000;

    private final Options options;
    private final Member member;
    private final Random random;
    private final Path logs;
    private final long begun = System.nanoTime();
    private History history = new History();
    private int firstStarts;

    Rounds(Options options, Member member) throws IOException {
        this.options = options;
        this.member = member;
        this.random = new Random(options.seed());
        this.logs = Files.createDirectories(options.directory().resolve("logs"));
        System.out.println(
                "chaos " + options.name() + " (" + member.name() + "), seed " + options.seed() + ", logs in " + logs);
    }

    /** What a member does in a round before it is killed. */
    private interface Load {
        void await(Process process, int round) throws IOException, InterruptedException;
    }

    /** Kills the member's process with SIGKILL at random instants. */
    boolean kill() throws IOException, InterruptedException {
        killAfter((process, round) -> {
            awaitLoad(round, random.nextInt(KILL_LOG));
            pause(random.nextInt(KILL_AFTER));
        });
        return result(history, "");
    }

    private void killAfter(Load load) throws IOException, InterruptedException {
        Path store = options.directory().resolve("store");
        for (int round = 1; round <= options.rounds() + 1; round++) {
            Process process = member.start(store, logs, round, options.seed());
            try {
                awaitState(process, round);
                history.check(ChaosLog.stateFile(logs, round));
                if (round <= options.rounds()) {
                    load.await(process, round);
                }
            } finally {
                end(process);
            }
            history.read(logs, round);
            progress(round, options.rounds() + 1);
        }
    }

    /** As {@link #kill}, while the partition is moved to and fro between two stores, {@link #MOVES} times a round. */
    boolean move() throws IOException, InterruptedException {
        killAfter((process, round) -> {
            awaitMoves(process, round * MOVES);
            pause(random.nextInt(MOVE_MILLIS));
        });
        List<String> broken = lines(MovingMember.BROKEN);
        broken.forEach(System.out::println);
        List<String> moves = lines(MovingMember.MOVES);
        boolean clean = result(
                history,
                ",\"moves\":" + moves.size() + ",\"watchers\":" + MovingMember.WATCHERS + ",\"watch_violations\":"
                        + broken.size() + ",\"move_millis\":" + spread(moves, 1) + ",\"collector_millis\":"
                        + spread(moves, 2) + ",\"longest_answer_millis\":" + spread(moves, 3));
        return clean && broken.isEmpty();
    }

    /** Median and most of a word of each line. */
    private static String spread(List<String> lines, int word) {
        return Spread.of(lines.stream()
                .map(line -> Long.parseLong(line.split(" ")[word]))
                .toList());
    }

    private List<String> lines(String file) throws IOException {
        Path path = logs.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    private void awaitMoves(Process process, int count) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOVES_SECONDS);
        while (lines(MovingMember.MOVES).size() < count) {
            if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
                throw new IllegalStateException(
                        "the member did not move the partition " + count + " times in " + MOVES_SECONDS + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Cuts the power: what the page cache has not written is gone. Every third round is a first start that is cut within two seconds of
     * being ready, every third one that is cut at any instant from its beginning, the others go on with what was there.
     */
    boolean power() throws IOException, InterruptedException {
        Disk disk = new Disk(options.directory());
        int round = 0;
        List<History> disks = new ArrayList<>();
        try {
            for (int cut = 1; cut <= options.rounds(); cut++) {
                boolean cutFirstStart = cut % 3 == 1;
                boolean cutAnywhere = cut % 3 == 2;
                if (cutFirstStart || cutAnywhere) {
                    history = new History();
                    disks.add(history);
                    disk.format();
                    firstStarts++;
                }
                round++;
                Process process = member.start(disk.store(), logs, round, options.seed());
                try {
                    if (cutAnywhere) {
                        pause(random.nextInt(2 * FIRST_START));
                    } else {
                        awaitState(process, round);
                        history.check(ChaosLog.stateFile(logs, round));
                        pause(random.nextInt(cutFirstStart ? FIRST_START : LATER));
                    }
                    Disk.freeze(process);
                    disk.copy();
                } finally {
                    end(process);
                }
                history.read(logs, round);
                disk.useCopy();
                round++;
                Process again = member.start(disk.store(), logs, round, options.seed());
                try {
                    awaitState(again, round);
                    history.check(ChaosLog.stateFile(logs, round));
                } finally {
                    end(again);
                }
                // it is the same disk that goes on, so what was written since counts
                history.read(logs, round);
                progress(cut, options.rounds());
            }
        } finally {
            disk.close();
        }
        return result(History.sum(disks), ",\"first_starts\":" + firstStarts);
    }

    private boolean result(History history, String more) {
        history.findings().forEach(System.out::println);
        System.out.println("{\"chaos\":\"" + options.name() + "\",\"member\":\"" + member.name() + "\",\"rounds\":"
                + options.rounds() + more + ",\"seed\":" + options.seed() + "," + history.json() + ",\"seconds\":"
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + "}");
        return history.clean();
    }

    private void progress(int done, int all) {
        System.out.println("round " + done + "/" + all + ": " + history.json());
    }

    private void awaitState(Process process, int round) {
        Path state = ChaosLog.stateFile(logs, round);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.exists(state)) {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "the member ended by itself in round " + round + " with status " + process.exitValue());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "the member did not serve within " + START_SECONDS + " s in round " + round);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits for some load, for a bounded time: right after its start a JVM is too slow to be worth a kill. */
    private void awaitLoad(int round, long bytes) throws IOException {
        Path log = logs.resolve("log-" + round + "-0.txt");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        while (Files.size(log) < bytes && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void pause(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + process.pid() + " did not end after SIGKILL");
        }
    }
}
