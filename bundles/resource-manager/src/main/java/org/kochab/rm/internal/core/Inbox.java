package org.kochab.rm.internal.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Messages from nodes that wait for the manager. Bounded by number and bytes. When it is half full heartbeats are dropped, and nobody is
 * called silent for a lease; when it is full reports are dropped too, and their nodes are asked for a full one. Thread-safe.
 */
public final class Inbox {
    /** What was dropped since the last look. */
    public record Dropped(long messages, boolean heartbeats, Set<String> reporters) {}

    private final int mostMessages;
    private final long mostBytes;
    private final Deque<Arrived> waiting = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private boolean droppedHeartbeats;
    private Set<String> reporters = new LinkedHashSet<>();

    public Inbox(int mostMessages, long mostBytes) {
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    /** @return whether the inbox was empty: its reader must be woken */
    public synchronized boolean add(Arrived message) {
        boolean heartbeat = message.kind() == Arrived.Kind.HEARTBEAT;
        int part = heartbeat ? 2 : 1;
        if (waiting.size() >= mostMessages / part || bytes + message.payload().length > mostBytes / part) {
            dropped++;
            droppedHeartbeats |= heartbeat;
            if (message.kind() == Arrived.Kind.REPORTED && reporters.size() < mostMessages) {
                reporters.add(message.node());
            }
            return false;
        }
        waiting.add(message);
        bytes += message.payload().length;
        return waiting.size() == 1;
    }

    /** At most so many of the oldest messages. */
    public synchronized List<Arrived> take(int most) {
        List<Arrived> taken = new ArrayList<>(Math.min(most, waiting.size()));
        while (taken.size() < most && !waiting.isEmpty()) {
            Arrived message = waiting.remove();
            bytes -= message.payload().length;
            taken.add(message);
        }
        return taken;
    }

    public synchronized Dropped dropped() {
        Dropped result = new Dropped(dropped, droppedHeartbeats, reporters);
        dropped = 0;
        droppedHeartbeats = false;
        reporters = new LinkedHashSet<>();
        return result;
    }

    public synchronized int size() {
        return waiting.size();
    }
}
