package org.kochab.benchmarks.agents;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** How many connections a secure listener accepted and how many came through their TLS handshake: all, and most in any second. One thread counts, any reads. */
final class Doorman {
    /**
     * What a broker's process tells, read from its line.
     *
     * @param acceptedPeak most within any second
     * @param shaken CONNECTs that came, so after the handshake
     * @param shakenPeak most within any second
     * @param handshakeMicros CPU time of the thread that makes handshakes
     */
    record Tally(int accepted, int acceptedPeak, int shaken, int shakenPeak, long handshakeMicros) {
        static Tally of(String line) {
            String[] parts = line.split(" ");
            return new Tally(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]),
                    Long.parseLong(parts[4]));
        }
    }

    /** Counts, with what came within the last second. */
    private static final class Rate {
        private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
        private final Deque<Long> last = new ArrayDeque<>();
        private volatile int all;
        private volatile int peak;

        void count() {
            long now = System.nanoTime();
            while (!last.isEmpty() && now - last.peekFirst() >= SECOND) {
                last.removeFirst();
            }
            last.addLast(now);
            all = all + 1;
            peak = Math.max(peak, last.size());
        }
    }

    private final Rate accepted = new Rate();
    private final Rate shaken = new Rate();

    void accepted() {
        accepted.count();
    }

    void shook() {
        shaken.count();
    }

    String line(long handshakeMicros) {
        return accepted.all + " " + accepted.peak + " " + shaken.all + " " + shaken.peak + " " + handshakeMicros;
    }
}
