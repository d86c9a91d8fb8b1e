package org.kochab.chaos.requests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks an HTTP API as often as it is told, over some connections. Each request is due at a time of its own, whatever became of those before. One thread uses it;
 * {@link #stop} may be called by any.
 */
final class Load implements AutoCloseable {
    private static final int TOO_MANY = 429;
    private static final int PATIENCE_MILLIS = 1_000;
    /** How long after the end somebody who is behind goes on. */
    private static final long GRACE = 2_000_000_000L;

    private final Mix mix;
    private final List<Connection> connections = new ArrayList<>();
    private final ExecutorService threads;
    private volatile boolean stopped;

    Load(Server server, int connections, Mix mix) {
        this.mix = mix;
        for (int i = 0; i < connections; i++) {
            this.connections.add(new Connection(server));
        }
        threads = Executors.newFixedThreadPool(connections);
    }

    /** Makes what the requests need, with patience. */
    void prepare() throws IOException, InterruptedException {
        for (int i = 0; i < connections.size(); i++) {
            Connection.Answer answer = mix.prepare(connections.get(i), i);
            while (answer.code() == TOO_MANY) {
                Thread.sleep(PATIENCE_MILLIS);
                answer = mix.prepare(connections.get(i), i);
            }
            if (!answer.isSuccess()) {
                throw new IOException("connection " + i + " could not begin: the answer is " + answer.code());
            }
        }
    }

    /**
     * What became of each kind of request.
     *
     * @param seconds how long, unless it is stopped
     */
    List<Tally> run(double perSecond, double seconds) throws IOException, InterruptedException {
        stopped = false;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Future<Kind[]>> parts = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            int number = i;
            parts.add(threads.submit(() -> ask(number, start, end, (long) (1e9 / perSecond))));
        }
        Tally[] all = new Tally[mix.kinds()];
        Arrays.fill(all, Tally.NONE);
        for (Future<Kind[]> part : parts) {
            try {
                Kind[] kinds = part.get();
                for (int k = 0; k < all.length; k++) {
                    all[k] = all[k].plus(kinds[k].tally());
                }
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
        return List.of(all);
    }

    void stop() {
        stopped = true;
    }

    /** What one connection has of one kind. */
    private static final class Kind {
        private long asked;
        private long refused;
        private long silent;
        private long failed;
        private long[] micros = new long[1_024];
        private int done;

        void answered(Connection.Answer answer, long since) {
            asked++;
            if (answer.code() == TOO_MANY) {
                refused++;
                silent += answer.retryAfter() ? 0 : 1;
            } else if (answer.isSuccess()) {
                micros = done == micros.length ? Arrays.copyOf(micros, 2 * done) : micros;
                micros[done++] = (System.nanoTime() - since) / 1_000;
            } else {
                failed++;
            }
        }

        void unanswered() {
            asked++;
            failed++;
        }

        Tally tally() {
            return new Tally(asked, refused, silent, failed, Arrays.copyOf(micros, done));
        }
    }

    private Kind[] ask(int number, long start, long end, long interval) {
        Kind[] kinds = new Kind[mix.kinds()];
        Arrays.setAll(kinds, k -> new Kind());
        for (long n = 0; !stopped; n++) {
            long due = start + (n * connections.size() + number) * interval;
            long now = System.nanoTime();
            if (due - end >= 0 || now - (end + GRACE) >= 0) {
                break;
            }
            while (now - due < 0 && !stopped) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            // Connections are not all at the same kind.
            int kind = (int) ((n + number) % kinds.length);
            try {
                kinds[kind].answered(mix.ask(connections.get(number), number, kind, n / kinds.length), due);
            } catch (IOException e) {
                kinds[kind].unanswered();
            }
        }
        return kinds;
    }

    @Override
    public void close() throws IOException {
        stop();
        threads.shutdownNow();
        for (Connection c : connections) {
            c.close();
        }
    }
}
