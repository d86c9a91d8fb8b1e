package org.kochab.benchmarks.store;

import java.nio.ByteBuffer;
import org.kochab.benchmarks.common.Samples;

/** Somebody who watches all clients of a phase, and notices what is missing, doubled or out of order. One thread brings the events. */
final class Watcher {
    private final int[] seenOf;
    private final Samples latencies = new Samples();
    private long lastRevision;
    private long revisionSum;
    private volatile long seen;
    private volatile String broken = "";

    Watcher(int clients) {
        this.seenOf = new int[clients];
    }

    void see(Target.Stored put) {
        long now = System.nanoTime();
        ByteBuffer value = ByteBuffer.wrap(put.value());
        long sent = value.getLong();
        int client = value.getInt();
        int number = value.getInt();
        if (put.revision() <= lastRevision || number != ++seenOf[client]) {
            broken("revision " + put.revision() + " after " + lastRevision + ", put " + number + " of client " + client
                    + " where " + seenOf[client] + " was due");
        }
        lastRevision = put.revision();
        revisionSum += put.revision();
        latencies.add(now - sent);
        seen++;
    }

    void broken(String why) {
        if (broken.isEmpty()) {
            broken = why;
        }
    }

    Samples latencies() {
        return latencies;
    }

    /** Waits for the last of so many. */
    void await(long events, long revisions, long deadline) throws InterruptedException {
        while (broken.isEmpty() && seen < events) {
            if (System.nanoTime() > deadline) {
                broken("only " + seen + " of " + events + " puts were seen");
            }
            Thread.sleep(1);
        }
        if (broken.isEmpty() && (seen != events || revisionSum != revisions)) {
            broken("other revisions were seen than acknowledged");
        }
        if (!broken.isEmpty()) {
            throw new IllegalStateException("a watcher saw what it should not: " + broken);
        }
    }
}
