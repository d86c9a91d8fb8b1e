package org.kochab.chaos.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What is done to a cluster in a round; each returns once the cause is gone, so that healing is all that is left. */
final class Faults {
    static final String DISK_FULL = "disk-full";
    static final String CLOCK = "clock";
    static final String WATCHERS = "watchers";

    private static final int FULL_SECONDS = 15;
    private static final int FLIPPED = 1_000;
    private static final int CUT_SECONDS = 25;
    private static final int LOSS_SECONDS = 20;
    private static final int WATCHING_SECONDS = 30;
    private static final int JUMPS = 3;
    private static final int FURTHEST_SECONDS = 3_600;
    private static final int[] PAUSES = {5, 15, 60};

    /** How long after a cut an acknowledgement may still be on its way. */
    private static final long UNDER_WAY = TimeUnit.SECONDS.toNanos(1);

    private interface Fault {
        void strike(int round) throws IOException, InterruptedException;
    }

    private final Cluster cluster;
    private final Random random;
    private final Map<String, Fault> all = Map.of(
            "kill",
            this::kill,
            "kill-all",
            round -> killAll(),
            "pause",
            this::pause,
            "partition",
            this::partition,
            "slow",
            this::slow,
            DISK_FULL,
            this::diskFull,
            CLOCK,
            this::clock,
            WATCHERS,
            this::watchers,
            "bitflip",
            this::bitflip,
            "soup",
            round -> soup());
    private long minority;

    Faults(Cluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
    }

    static List<String> names() {
        return List.of("kill", "kill-all", "pause", "partition", "slow", DISK_FULL, CLOCK, WATCHERS, "bitflip", "soup");
    }

    void strike(String name, int round) throws IOException, InterruptedException {
        all.get(name).strike(round);
    }

    /** Acknowledgements a member got while it was cut off from the majority. */
    long minorityAcknowledgements() {
        return minority;
    }

    private int victim(int round) {
        return round % cluster.size();
    }

    private void kill(int round) throws IOException, InterruptedException {
        ClusterMember victim = cluster.member(victim(round));
        say("kill -9 of " + cluster.name(victim(round)));
        victim.kill();
        sleep(1_000 + random.nextInt(9_000));
        victim.start();
    }

    private void killAll() throws IOException, InterruptedException {
        say("kill -9 of all");
        for (int i = 0; i < cluster.size(); i++) {
            cluster.member(i).kill();
        }
        cluster.start();
    }

    private void pause(int round) throws IOException, InterruptedException {
        int seconds = PAUSES[round / cluster.size() % PAUSES.length];
        say(cluster.name(victim(round)) + " stands still for " + seconds + " s");
        cluster.member(victim(round)).signal("STOP");
        try {
            sleep(seconds * 1_000);
        } finally {
            cluster.member(victim(round)).signal("CONT");
        }
    }

    /** Of four rounds, two cut a member off, one makes it mute but not deaf, one cuts it off and heals again and again. */
    private void partition(int round) throws IOException, InterruptedException {
        int alone = victim(round);
        switch (round % 4) {
            case 2 -> {
                say("nobody hears " + cluster.name(alone));
                cutFrom(alone);
                sleep(CUT_SECONDS * 1_000);
            }
            case 3 -> {
                say(cluster.name(alone) + " comes and goes");
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CUT_SECONDS);
                while (System.nanoTime() - end < 0) {
                    cutFrom(alone);
                    cutTo(alone);
                    sleep(500 + random.nextInt(6_000));
                    cluster.network().heal();
                    sleep(500 + random.nextInt(3_000));
                }
            }
            default -> {
                say(cluster.name(alone) + " is cut off");
                cutFrom(alone);
                cutTo(alone);
                long cut = System.nanoTime();
                sleep(CUT_SECONDS * 1_000);
                long healed = System.nanoTime();
                cluster.network().heal();
                cluster.history().follow();
                for (PartitionHistory partition : cluster.history().histories()) {
                    minority += partition.acknowledgedTo(cluster.name(alone), cut + UNDER_WAY, healed);
                }
            }
        }
        cluster.network().heal();
    }

    /** Every link of a member loses a part of its packets, so that TCP repeats and waits. */
    private void slow(int round) throws IOException, InterruptedException {
        int member = victim(round);
        double part = 0.02 + random.nextInt(20) / 100.0;
        say("%s loses %.0f %% of its packets".formatted(cluster.name(member), part * 100));
        for (int i = 0; i < cluster.size(); i++) {
            if (i != member) {
                cluster.network().lose(i, member, part);
                cluster.network().lose(member, i, part);
            }
        }
        sleep(LOSS_SECONDS * 1_000);
        cluster.network().heal();
    }

    private void diskFull(int round) throws IOException, InterruptedException {
        say("the disk of " + cluster.name(victim(round)) + " is full");
        cluster.member(victim(round)).fillDisk();
        sleep(FULL_SECONDS * 1_000);
        cluster.member(victim(round)).freeDisk();
    }

    /** Three jumps, forth and back; every third round the member ends and starts under its wrong clock. */
    private void clock(int round) throws IOException, InterruptedException {
        ClusterMember member = cluster.member(victim(round));
        for (int i = 0; i < JUMPS; i++) {
            int seconds = random.nextInt(2 * FURTHEST_SECONDS) - FURTHEST_SECONDS;
            say("the clock of %s is %d s from the others'".formatted(cluster.name(victim(round)), seconds));
            member.setClock(seconds);
            sleep(2_000 + random.nextInt(8_000));
        }
        if (round % 3 == 2) {
            member.stop();
            member.start();
        }
    }

    /** They are there all the time; every second round a member is killed. */
    private void watchers(int round) throws IOException, InterruptedException {
        say("a thousand watchers, some of them too slow");
        sleep(WATCHING_SECONDS * 1_000);
        if (round % 2 == 1) {
            kill(round / 2);
        }
    }

    private void bitflip(int round) throws IOException, InterruptedException {
        ClusterMember victim = cluster.member(victim(round));
        say(FLIPPED + " bits of the store of " + cluster.name(victim(round)) + " are wrong after an orderly end");
        victim.stop();
        victim.flip(FLIPPED, random);
        victim.start();
    }

    private void soup() throws IOException, InterruptedException {
        List<String> each = List.of("kill", "kill-all", "pause", "partition", "slow");
        strike(each.get(random.nextInt(each.size())), random.nextInt(4 * cluster.size() * PAUSES.length));
    }

    private void cutFrom(int member) throws IOException, InterruptedException {
        for (int i = 0; i < cluster.size(); i++) {
            if (i != member) {
                cluster.network().cut(member, i);
            }
        }
    }

    private void cutTo(int member) throws IOException, InterruptedException {
        for (int i = 0; i < cluster.size(); i++) {
            if (i != member) {
                cluster.network().cut(i, member);
            }
        }
    }

    private static void say(String what) {
        System.out.println("  " + what);
    }

    private static void sleep(int millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }
}
