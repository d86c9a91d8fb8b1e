package org.kochab.benchmarks.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Samples;

/**
 * What clients do with a target for some seconds: as fast as they can, or at a pace. Verified before its figures are given.
 *
 * @param name for keys and messages
 * @param keys of all clients together
 * @param compares whether puts are conditional on the revision of the one before
 * @param watchers how many watch all of it
 * @param pace puts a second of all clients together; 0: each sends when its last is answered
 */
record Phase(
        String name, int clients, int keys, int valueBytes, boolean compares, int watchers, int pace, double seconds) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * @param ownMicros CPU time of this process for each put
     * @param otherMicros CPU time of the process that stores, if it is another
     * @param busy how often a client was told to come again
     * @param put from when a put was sent until its answer, nanoseconds, sorted
     * @param watched from when a put was to be sent until a watcher had it, nanoseconds, sorted
     */
    record Figures(double perSecond, double ownMicros, double otherMicros, long busy, Samples put, Samples watched) {}

    Figures run(Target target) throws Exception {
        String prefix = "bench/" + name + "/";
        Phaser running = new Phaser(1);
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(new Client(target, prefix, i, Math.max(1, keys / clients), valueBytes, compares, running));
        }
        List<Watcher> seers = new ArrayList<>();
        List<Target.Watching> watching = new ArrayList<>();
        for (int i = 0; i < watchers; i++) {
            Watcher watcher = new Watcher(clients);
            seers.add(watcher);
            watching.add(target.watch(prefix, watcher::see, watcher::broken));
        }
        System.gc();
        long own = Processes.ownCpuNanos();
        long other = target.cpu().toNanos();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        if (pace > 0) {
            pace(all, start, end);
        } else {
            all.forEach(c -> c.loop(end));
        }
        running.awaitAdvanceInterruptibly(running.arrive(), PATIENCE.toSeconds(), TimeUnit.SECONDS);
        long took = System.nanoTime() - start;
        long puts = 0;
        long revisions = 0;
        for (Client c : all) {
            if (!c.failure().isEmpty()) {
                throw new IllegalStateException(name + ": a put failed: " + c.failure());
            }
            puts += c.acknowledged();
            revisions += c.revisionSum();
        }
        for (Watcher w : seers) {
            w.await(puts, revisions, System.nanoTime() + PATIENCE.toNanos());
        }
        double ownMicros = (Processes.ownCpuNanos() - own) / 1e3 / puts;
        double otherMicros = (target.cpu().toNanos() - other) / 1e3 / puts;
        for (Target.Watching w : watching) {
            w.close();
        }
        Map<String, Target.Stored> there = target.all(prefix);
        all.forEach(c -> c.verify(there));
        if (compares) {
            refuses(target, all.get(0));
        }
        return new Figures(
                puts / (took / 1e9),
                ownMicros,
                otherMicros,
                all.stream().mapToLong(Client::timesBusy).sum(),
                Samples.of(all.stream().map(Client::latencies).toList()),
                Samples.of(seers.stream().map(Watcher::latencies).toList()));
    }

    /** Each in turn; who is late is not left out, and its put counts from when it was to be sent. */
    private void pace(List<Client> all, long start, long end) {
        long step = 1_000_000_000L / pace;
        int turn = 0;
        for (long at = start; at < end; at += step) {
            Client client = all.get(turn++ % all.size());
            while (System.nanoTime() < at || !client.isIdle()) {
                LockSupport.parkNanos(Math.max(20_000, at - System.nanoTime()));
                if (!client.failure().isEmpty()) {
                    return;
                }
            }
            client.once(at);
        }
    }

    /** A target that compared nothing would be fast, too. */
    private void refuses(Target target, Client client) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        target.compareAndPut(client.firstKey(), new byte[valueBytes], client.firstRevision() - 1, new Target.Answer() {
            @Override
            public void committed(long revision) {
                answer.complete("committed");
            }

            @Override
            public void refused() {
                answer.complete("refused");
            }

            @Override
            public void busy(Duration retryAfter) {
                answer.complete("busy");
            }

            @Override
            public void failed(String why) {
                answer.complete(why);
            }
        });
        String said;
        try {
            said = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            said = "no answer";
        }
        if (!said.equals("refused")) {
            throw new IllegalStateException(name + ": a put at a revision that is not the last: " + said);
        }
    }
}
