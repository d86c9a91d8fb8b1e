package org.kochab.agent.internal.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Messages that wait for the link, in order within their lane. When there are too many bytes, metrics go first, then logs, the oldest first.
 * What pods are doing never waits here: it is read from their state when the link can take it, and so is never dropped.
 */
public final class Outbox {
    /** What may be dropped, in this order. */
    public enum Lane {
        METRICS,
        LOGS
    }

    /** @param sent told once: true when the broker took it, false if it was dropped */
    public record Letter(Lane lane, String topic, byte[] payload, Outcome sent) {}

    public interface Outcome {
        void done(boolean ok);
    }

    private final Deque<Letter> metrics = new ArrayDeque<>();
    private final Deque<Letter> logs = new ArrayDeque<>();
    private final long mostBytes;
    private long bytes;

    public Outbox(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    public void put(Letter letter) {
        lane(letter.lane()).add(letter);
        bytes += letter.payload().length;
        while (bytes > mostBytes) {
            Letter dropped = metrics.isEmpty() ? logs.remove() : metrics.remove();
            bytes -= dropped.payload().length;
            dropped.sent().done(false);
        }
    }

    /** @return the next to be sent: somebody waits for logs, nobody for metrics */
    public Optional<Letter> take() {
        Letter letter = logs.isEmpty() ? metrics.poll() : logs.remove();
        if (letter != null) {
            bytes -= letter.payload().length;
        }
        return Optional.ofNullable(letter);
    }

    public boolean isEmpty() {
        return metrics.isEmpty() && logs.isEmpty();
    }

    private Deque<Letter> lane(Lane lane) {
        return switch (lane) {
            case METRICS -> metrics;
            case LOGS -> logs;
        };
    }
}
