package org.kochab.partition.internal.core.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Transactions on their way to the writer, in the order they came, bounded in number and bytes. One owner has at most half of that, so that no tenant can fill it.
 * Safe for any thread.
 */
final class SubmitQueue {
    enum Offer {
        /** Taken, and the writer may be asleep. */
        FIRST,
        TAKEN,
        FULL,
        CLOSED
    }

    private final int mostTransactions;
    private final long mostBytes;
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    /** Of those who have something waiting. */
    private final Map<String, Share> shares = new HashMap<>();

    private long bytes;
    private boolean closed;

    private static final class Share {
        int transactions;
        long bytes;
    }

    SubmitQueue(int mostTransactions, long mostBytes) {
        this.mostTransactions = mostTransactions;
        this.mostBytes = mostBytes;
    }

    synchronized Offer offer(Pending pending) {
        if (closed) {
            return Offer.CLOSED;
        }
        // One transaction always fits into an empty queue, whatever its size.
        if (!waiting.isEmpty() && (waiting.size() >= mostTransactions || bytes + pending.bytes > mostBytes)) {
            return Offer.FULL;
        }
        if (!pending.owner.isEmpty()) {
            Share share = shares.computeIfAbsent(pending.owner, o -> new Share());
            // And into an empty half of it.
            if (share.transactions > 0
                    && (share.transactions >= mostTransactions / 2 || share.bytes + pending.bytes > mostBytes / 2)) {
                return Offer.FULL;
            }
            share.transactions++;
            share.bytes += pending.bytes;
        }
        waiting.add(pending);
        bytes += pending.bytes;
        return waiting.size() == 1 ? Offer.FIRST : Offer.TAKEN;
    }

    /** Takes the oldest, at most so many and so large together, but at least one if there is one. */
    synchronized List<Pending> take(int transactions, long most) {
        List<Pending> taken = new ArrayList<>(Math.min(transactions, waiting.size()));
        long sum = 0;
        while (taken.size() < transactions) {
            Pending next = waiting.peek();
            if (next == null || !taken.isEmpty() && sum + next.bytes > most) {
                break;
            }
            taken.add(waiting.remove());
            sum += next.bytes;
            giveBack(next);
        }
        bytes -= sum;
        return taken;
    }

    private void giveBack(Pending taken) {
        Share share = shares.get(taken.owner);
        if (share != null) {
            share.bytes -= taken.bytes;
            if (--share.transactions == 0) {
                shares.remove(taken.owner);
            }
        }
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes no more; returns what was waiting. */
    synchronized List<Pending> close() {
        closed = true;
        List<Pending> rest = new ArrayList<>(waiting);
        waiting.clear();
        shares.clear();
        bytes = 0;
        return rest;
    }
}
