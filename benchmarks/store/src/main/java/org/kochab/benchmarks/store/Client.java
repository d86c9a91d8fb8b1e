package org.kochab.benchmarks.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import org.kochab.benchmarks.common.Samples;

/**
 * A client with at most one put outstanding. It puts its own keys in turn; a value says when it was meant to be sent, by whom, and which of the
 * client's it is. After an answer it sends the next at once, or, if it is paced, when it is told.
 */
final class Client implements Target.Answer {
    /** What a value begins with: nanoseconds, client, number. */
    static final int HEAD = 8 + 4 + 4;

    private final Target target;
    private final byte[] template;
    private final int number;
    private final String[] keys;
    private final long[] revisions;
    private final boolean compares;
    private final Phaser running;
    private final Samples latencies = new Samples();

    private volatile long until;
    private int sent;
    private long sentAt;
    private volatile int acknowledged;
    private long revisionSum;
    private int busy;
    private volatile String failure = "";

    /**
     * @param compares whether each put but the first of a key is conditional on the revision of the one before
     * @param running where each put is a party from when it is sent until it is answered
     */
    Client(Target target, String prefix, int number, int keys, int valueBytes, boolean compares, Phaser running) {
        this.target = target;
        this.number = number;
        this.compares = compares;
        this.running = running;
        this.template = new byte[valueBytes];
        new java.util.Random(number).nextBytes(template);
        this.keys = new String[keys];
        this.revisions = new long[keys];
        for (int i = 0; i < keys; i++) {
            this.keys[i] = prefix + number + "/" + i;
        }
    }

    /** Puts one after the other until then. */
    void loop(long untilNanos) {
        until = untilNanos;
        send(System.nanoTime());
    }

    /** Puts one; the former must have its answer. */
    void once(long meantAt) {
        until = 0;
        send(meantAt);
    }

    private void send(long at) {
        running.register();
        sentAt = at;
        sent++;
        put();
    }

    private void put() {
        int slot = (sent - 1) % keys.length;
        byte[] value = template.clone();
        ByteBuffer.wrap(value).putLong(sentAt).putInt(number).putInt(sent);
        if (compares && revisions[slot] > 0) {
            target.compareAndPut(keys[slot], value, revisions[slot], this);
        } else {
            target.put(keys[slot], value, this);
        }
    }

    @Override
    public void committed(long revision) {
        long now = System.nanoTime();
        latencies.add(now - sentAt);
        revisions[(sent - 1) % keys.length] = revision;
        revisionSum += revision;
        acknowledged = sent;
        if (now < until) {
            send(now);
        }
        running.arriveAndDeregister();
    }

    /** The same again, later; the time it takes counts. */
    @Override
    public void busy(Duration retryAfter) {
        busy++;
        CompletableFuture.delayedExecutor(retryAfter.toNanos(), TimeUnit.NANOSECONDS)
                .execute(this::put);
    }

    @Override
    public void refused() {
        failed("a put was refused that nobody competed with");
    }

    @Override
    public void failed(String why) {
        failure = why;
        running.arriveAndDeregister();
    }

    boolean isIdle() {
        return acknowledged == sent;
    }

    int acknowledged() {
        return acknowledged;
    }

    /** How often it was told to come again. */
    int timesBusy() {
        return busy;
    }

    /** Of all acknowledged puts. */
    long revisionSum() {
        return revisionSum;
    }

    Samples latencies() {
        return latencies;
    }

    String failure() {
        return failure;
    }

    String firstKey() {
        return keys[0];
    }

    long firstRevision() {
        return revisions[0];
    }

    /** Of each key exactly what was acknowledged last must be there. */
    void verify(Map<String, Target.Stored> there) {
        for (int i = 0; i < keys.length && i < sent; i++) {
            Target.Stored stored = there.get(keys[i]);
            int last = sent - 1 - Math.floorMod(sent - 1 - i, keys.length);
            if (stored == null
                    || stored.revision() != revisions[i]
                    || stored.value().length != template.length
                    || ByteBuffer.wrap(stored.value()).getInt(8) != number
                    || ByteBuffer.wrap(stored.value()).getInt(12) != last + 1) {
                throw new IllegalStateException(
                        "of " + keys[i] + " there is " + (stored == null ? "nothing" : "another value")
                                + ", not what was acknowledged at revision " + revisions[i]);
            }
        }
    }
}
