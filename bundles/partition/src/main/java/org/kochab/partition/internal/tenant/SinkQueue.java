package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.kochab.api.model.TenantId;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.event.SinkRecord;

/** What waits for one event sink, and the thread that gives it. A full queue drops its oldest and says so in their place. Thread-safe; putting never blocks. */
final class SinkQueue implements AutoCloseable {
    static final int MOST = 10_000;
    static final int MOST_A_BATCH = 500;
    static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

    private final EventSink sink;
    private final String name;
    private final List<TenantId> tenants;
    private final ServiceLease.Origin origin;
    private final Duration limit;
    private final RuleCalls calls;
    private final Worker worker;
    /** Guards all that follows. */
    private final ArrayDeque<SinkRecord> waiting = new ArrayDeque<>();
    /** How many of those at its head are being given now. */
    private int given;

    private long lost;
    /** Of these nothing has been said yet. */
    private long untold;

    /** Of these in the batch that is being given. */
    private long told;

    SinkQueue(
            EventSink sink,
            String name,
            List<TenantId> tenants,
            ServiceLease.Origin origin,
            LongSupplier clock,
            Duration limit) {
        this.sink = sink;
        this.name = name;
        this.tenants = tenants;
        this.origin = origin;
        this.limit = limit;
        String thread = "kochab-partition-sink-" + name;
        this.calls = new RuleCalls("event sink '" + name + "' of " + origin, thread + "-call", clock);
        this.worker = new Worker(thread);
    }

    void start() {
        worker.start(this::run);
    }

    boolean wants(TenantId tenant) {
        return tenants.isEmpty() || tenants.contains(tenant);
    }

    void put(SinkRecord record) {
        synchronized (waiting) {
            if (waiting.size() == MOST) {
                waiting.remove();
                given = Math.max(0, given - 1);
                lost++;
                untold++;
            }
            waiting.add(record);
            waiting.notifyAll();
        }
    }

    private void run() throws InterruptedException {
        while (worker.running()) {
            List<SinkRecord> batch = batch();
            try {
                calls.call(
                        () -> {
                            sink.take(batch);
                            return batch;
                        },
                        limit);
                taken();
            } catch (RuleCalls.FailedException | ResourceException e) {
                again();
                worker.pause(AFTER_FAILURE);
            }
        }
    }

    /** Waits for some. They stay in the queue until they were taken. */
    private List<SinkRecord> batch() throws InterruptedException {
        synchronized (waiting) {
            while (waiting.isEmpty()) {
                waiting.wait();
            }
            List<SinkRecord> batch = new ArrayList<>();
            if (untold > 0) {
                batch.add(new SinkRecord.Lost(untold));
            }
            told = untold;
            untold = 0;
            Iterator<SinkRecord> from = waiting.iterator();
            for (given = 0; from.hasNext() && given < MOST_A_BATCH; given++) {
                batch.add(from.next());
            }
            return List.copyOf(batch);
        }
    }

    private void taken() {
        synchronized (waiting) {
            for (; given > 0; given--) {
                waiting.remove();
            }
        }
    }

    /** What was to be told is still to be told. */
    private void again() {
        synchronized (waiting) {
            untold += told;
            given = 0;
        }
    }

    Plugin plugin() {
        long dropped;
        synchronized (waiting) {
            dropped = lost;
        }
        String message = dropped == 0 ? "" : "It has lost " + dropped + " records: it did not take them soon enough.";
        Trouble trouble = calls.trouble().orElse(new Trouble(dropped == 0 ? "Active" : "Slow", ""));
        return new Plugin(
                Plugin.EVENT_SINK,
                name,
                origin.bundle(),
                origin.version(),
                List.of(),
                trouble.state(),
                (trouble.message() + " " + message).strip());
    }

    @Override
    public void close() {
        worker.close();
        calls.close();
    }
}
