package org.kochab.rm.internal.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;

/**
 * Writes the state machine's changes to its partition. Changes gather in an open batch while the batch before is being committed; each
 * batch is one transaction. The state machine runs ahead of the store by the batches that wait, and says nothing of it to anybody until
 * {@link #whenDurable}. If a batch does not become durable, everything after the last durable batch is thrown away and the owner must
 * read its state anew.
 */
final class Journal {
    /** Told how the batch ended that was open when it was given. */
    interface Waiter {
        void durable(long revision);

        void failed(String reason);
    }

    /** Told that the state in memory is no longer what the partition has. */
    interface Owner {
        void lost(String reason, boolean forever);
    }

    /** A batch is given up if the partition stays busy for so long. */
    private static final long PATIENCE_MILLIS = 10_000;

    private static final byte[] DELETED = new byte[0];
    private static final String NOT_LED = "this member no longer leads the partition";

    /** A batch takes no more once it has so much: a partition takes transactions of 8 MiB. */
    private static final long FULL_BYTES = 1 << 20;

    private static final int FULL_CHANGES = 10_000;

    private static final class Batch {
        final Map<String, byte[]> changes = new LinkedHashMap<>();
        final List<Waiter> waiters = new ArrayList<>();
        long bytes;
    }

    private final Outside outside;
    private final Owner owner;
    private Batch open = new Batch();

    /** Full batches, oldest first; the first one is under way if there is a transaction. */
    private final Deque<Batch> closed = new ArrayDeque<>();

    private @Nullable Transaction transaction;
    private long openNumber = 1;
    private long durableNumber;
    private long fence = -1;
    private long term;
    private long retryAt;
    private boolean waiting;
    private long giveUpAt;

    Journal(Outside outside, Owner owner) {
        this.outside = outside;
        this.owner = owner;
    }

    /** Begins anew: from now on every transaction needs the owner key to be at {@code fenceRevision}. */
    void begin(long fenceRevision) {
        fence = fenceRevision;
        term++;
    }

    void put(String key, byte[] value) {
        open.changes.put(key, value);
        open.bytes += key.length() + value.length;
    }

    void delete(String key) {
        open.changes.put(key, DELETED);
        open.bytes += key.length();
    }

    /** What was written up to here belongs together; what follows may go into another batch. */
    void step() {
        if (open.bytes >= FULL_BYTES || open.changes.size() >= FULL_CHANGES) {
            close();
        }
    }

    private void close() {
        closed.add(open);
        open = new Batch();
        openNumber++;
    }

    /** What the key will be once everything is durable; null if it will not exist. */
    byte @Nullable [] read(String key) {
        byte[] value = pending(key);
        if (value != null) {
            return value == DELETED ? null : value;
        }
        return outside.partition().get(key).map(Entry::value).orElse(null);
    }

    boolean isPending(String key) {
        return pending(key) != null;
    }

    private byte @Nullable [] pending(String key) {
        byte[] value = open.changes.get(key);
        for (Iterator<Batch> i = closed.descendingIterator(); value == null && i.hasNext(); ) {
            value = i.next().changes.get(key);
        }
        return value;
    }

    void whenDurable(Waiter waiter) {
        open.waiters.add(waiter);
    }

    /** The number under which changes made now become durable. */
    long openNumber() {
        return openNumber;
    }

    /** All changes up to this number are durable. */
    long durableNumber() {
        return durableNumber;
    }

    /** Bytes that wait for the store. */
    long waitingBytes() {
        long bytes = open.bytes;
        for (Batch b : closed) {
            bytes += b.bytes;
        }
        return bytes;
    }

    boolean idle() {
        return closed.isEmpty() && open.changes.isEmpty() && open.waiters.isEmpty();
    }

    boolean waitsForTime() {
        return waiting;
    }

    /** Sends the oldest batch if none is under way. Waiters may add to the journal, so this goes on until there is nothing to do. */
    void flush() {
        while (transaction == null && fence >= 0) {
            if (closed.isEmpty() && open.changes.isEmpty()) {
                if (open.waiters.isEmpty()) {
                    return;
                }
                if (!tellWithoutChange()) {
                    return;
                }
                continue;
            }
            if (closed.isEmpty()) {
                close();
            }
            transaction = transaction(closed.element());
            giveUpAt = outside.millis().getAsLong() + PATIENCE_MILLIS;
            submit();
            return;
        }
    }

    private boolean tellWithoutChange() {
        long revision;
        try {
            revision = outside.partition().revision();
        } catch (NotLeaderException e) {
            fail(NOT_LED, true);
            return false;
        }
        List<Waiter> ready = List.copyOf(open.waiters);
        open.waiters.clear();
        return tell(ready, revision);
    }

    /** @return false if this was the end: then everybody has been told that, too */
    private boolean tell(List<Waiter> waiters, long revision) {
        boolean led = true;
        for (Waiter w : waiters) {
            try {
                w.durable(revision);
            } catch (NotLeaderException e) {
                // The others wait for an answer all the same.
                led = false;
            }
        }
        if (!led) {
            fail(NOT_LED, true);
        }
        return led;
    }

    /** Tries again what the partition was too busy for. */
    void tick() {
        if (waiting && outside.millis().getAsLong() >= retryAt) {
            waiting = false;
            submit();
        }
    }

    private Transaction transaction(Batch batch) {
        List<Operation> operations = new ArrayList<>(batch.changes.size());
        batch.changes.forEach((key, value) ->
                operations.add(value == DELETED ? new Operation.Delete(key) : new Operation.Put(key, value)));
        return new Transaction(List.of(new Precondition.AtRevision(OwnKeys.OWNER, fence)), operations);
    }

    private void submit() {
        long asked = term;
        Transaction current = transaction;
        if (current == null) {
            return;
        }
        outside.partition().submit(current).whenComplete((result, failure) -> outside.self()
                .execute(() -> {
                    if (asked == term) {
                        answered(
                                failure != null
                                        ? new CommitResult.Unknown(String.valueOf(failure.getMessage()))
                                        : result);
                    }
                }));
    }

    private void answered(CommitResult result) {
        if (transaction == null) {
            return;
        }
        if (result instanceof CommitResult.Committed committed) {
            transaction = null;
            durableNumber = openNumber - closed.size();
            if (tell(closed.remove().waiters, committed.revision())) {
                flush();
            }
        } else if (result instanceof CommitResult.Busy busy && outside.millis().getAsLong() < giveUpAt) {
            waiting = true;
            retryAt = outside.millis().getAsLong() + busy.retryAfter().toMillis();
        } else {
            boolean forever = result instanceof CommitResult.NotLeader || result instanceof CommitResult.Conflict;
            fail(reason(result), forever);
        }
    }

    /** Throws away everything that is not durable and tells all who wait for it. */
    void fail(String reason, boolean forever) {
        List<Waiter> waiters = new ArrayList<>();
        closed.forEach(b -> waiters.addAll(b.waiters));
        waiters.addAll(open.waiters);
        closed.clear();
        transaction = null;
        waiting = false;
        open = new Batch();
        openNumber++;
        fence = -1;
        term++;
        waiters.forEach(w -> w.failed(reason));
        owner.lost(reason, forever);
    }

    private static String reason(CommitResult result) {
        if (result instanceof CommitResult.Busy) {
            return "the store was busy for too long";
        }
        if (result instanceof CommitResult.Unknown unknown) {
            return "the store gave no answer: " + unknown.reason();
        }
        if (result instanceof CommitResult.NotLeader) {
            return NOT_LED;
        }
        return "another instance took the partition over";
    }

    static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
