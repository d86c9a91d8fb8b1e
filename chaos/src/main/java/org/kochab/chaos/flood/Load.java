package org.kochab.chaos.flood;

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
 * Asks an HTTP API as often as it is told, over some connections: of four requests one changes a config map, one reads it, one lists them and one reads the namespace.
 * Each is due at a time of its own, whatever became of those before. One thread uses it; {@link #stop} may be called by any.
 */
final class Load implements AutoCloseable {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int CREATED = 201;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int OPERATIONS = 4;
    /** How long after the end somebody who is behind goes on. */
    private static final long GRACE = 2_000_000_000L;

    private final List<Connection> connections = new ArrayList<>();
    private final ExecutorService threads;
    private volatile boolean stopped;

    Load(Server server, int connections) {
        for (int i = 0; i < connections; i++) {
            this.connections.add(new Connection(server));
        }
        threads = Executors.newFixedThreadPool(connections);
    }

    private static String map(int number, long value) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"load-" + number
                + "\"},\"data\":{\"value\":\"" + value + "\"}}";
    }

    /** Makes the config maps, with patience. */
    void prepare() throws IOException, InterruptedException {
        for (int i = 0; i < connections.size(); i++) {
            int code = TOO_MANY;
            while (code == TOO_MANY) {
                code = connections.get(i).ask("POST", MAPS, map(i, 0)).code();
                if (code == TOO_MANY) {
                    Thread.sleep(1_000);
                }
            }
            if (code != CREATED && code != CONFLICT) {
                throw new IOException("config map " + i + " was not made: the answer is " + code);
            }
        }
    }

    /** @param seconds how long, unless it is stopped */
    Tally run(double perSecond, double seconds) throws IOException, InterruptedException {
        stopped = false;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Future<Tally>> parts = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            int number = i;
            parts.add(threads.submit(() -> ask(number, start, end, (long) (1e9 / perSecond))));
        }
        Tally all = Tally.NONE;
        for (Future<Tally> part : parts) {
            try {
                all = all.plus(part.get());
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
        return all;
    }

    void stop() {
        stopped = true;
    }

    private Tally ask(int number, long start, long end, long interval) {
        long[] micros = new long[1_024];
        int done = 0;
        long asked = 0;
        long refused = 0;
        long silent = 0;
        long failed = 0;
        for (long n = number; !stopped; n += connections.size()) {
            long due = start + n * interval;
            long now = System.nanoTime();
            if (due - end >= 0 || now - (end + GRACE) >= 0) {
                break;
            }
            while (now - due < 0 && !stopped) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            asked++;
            try {
                Connection.Answer answer = operation(number, n / connections.size());
                if (answer.code() == TOO_MANY) {
                    refused++;
                    silent += answer.retryAfter() ? 0 : 1;
                } else if (answer.code() >= 300) {
                    failed++;
                } else {
                    micros = done == micros.length ? Arrays.copyOf(micros, 2 * done) : micros;
                    micros[done++] = (System.nanoTime() - due) / 1_000;
                }
            } catch (IOException e) {
                failed++;
            }
        }
        return new Tally(asked, refused, silent, failed, Arrays.copyOf(micros, done));
    }

    private Connection.Answer operation(int number, long n) throws IOException {
        Connection connection = connections.get(number);
        return switch ((int) (n % OPERATIONS)) {
            case 0 -> connection.ask("PUT", MAPS + "/load-" + number, map(number, n));
            case 1 -> connection.ask("GET", MAPS + "/load-" + number, "");
            case 2 -> connection.ask("GET", MAPS + "?limit=50", "");
            default -> connection.ask("GET", "/api/v1/namespaces/default", "");
        };
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
