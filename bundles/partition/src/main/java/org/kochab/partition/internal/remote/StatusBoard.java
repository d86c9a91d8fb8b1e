package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.core.wire.WireException;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other members last said of the partitions they lead; asked for every two seconds. For operators: nothing is decided by it. */
public final class StatusBoard {
    private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);
    private static final String SERVICE = "kochab.status";
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * What a leader said.
     *
     * @param atNanos when, on this member's monotonic clock
     */
    public record Said(
            String member, long epoch, long revision, long entries, long watchers, String doing, long atNanos) {
        private Said with(String what) {
            return new Said(member, epoch, revision, entries, watchers, what, atNanos);
        }
    }

    private final Peers peers;
    private final ConcurrentMap<PartitionId, Said> said = new ConcurrentHashMap<>();

    private StatusBoard(Peers peers) {
        this.peers = peers;
    }

    /** @param led what this member leads, for the others; must answer at once */
    public static StatusBoard start(Peers peers, Supplier<List<LedPartition>> led) {
        StatusBoard board = new StatusBoard(peers);
        peers.serve(SERVICE, (from, request) -> CompletableFuture.completedFuture(write(led.get())));
        peers.executor()
                .scheduleWithFixedDelay(board::refresh, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return board;
    }

    /** Asks all again; answers come in later. */
    public void refresh() {
        for (String member : peers.members()) {
            if (!member.equals(peers.member())) {
                peers.request(member, SERVICE, new WireOut().done(), EVERY)
                        .thenAccept(answer -> read(member, answer))
                        .exceptionally(failure -> {
                            LOG.debug("member {} does not say how its partitions are", member, failure);
                            return null;
                        });
            }
        }
    }

    private static byte[] write(List<LedPartition> led) {
        WireOut out = new WireOut();
        out.count(led.size());
        for (LedPartition p : led) {
            out.text(p.id().value())
                    .i64(p.epoch())
                    .i64(p.lastRevision())
                    .i64(p.entries())
                    .i64(p.watchers());
        }
        // Behind what earlier releases read.
        led.forEach(p -> out.text(p.doing()));
        return out.done();
    }

    private void read(String member, byte[] answer) {
        long now = System.nanoTime();
        List<PartitionId> ids = new ArrayList<>();
        List<Said> all = new ArrayList<>();
        try {
            WireIn in = new WireIn(answer);
            int count = in.items();
            for (int i = 0; i < count; i++) {
                ids.add(new PartitionId(in.text()));
                all.add(new Said(member, in.i64(), in.i64(), in.i64(), in.i64(), "", now));
            }
            for (int i = 0; i < count && in.hasMore(); i++) {
                all.set(i, all.get(i).with(in.text()));
            }
        } catch (WireException e) {
            LOG.warn("member {}: {}", member, e.getMessage());
            return;
        }
        for (int i = 0; i < all.size(); i++) {
            Said newer = all.get(i);
            said.merge(ids.get(i), newer, (a, b) -> b.epoch() >= a.epoch() ? b : a);
        }
    }

    /** What the leader of an epoch or a later one last said, if that was a short while ago. */
    public Optional<Said> of(PartitionSpec spec, long epoch) {
        Said last = said.get(spec.id());
        return last != null && last.epoch() >= epoch && System.nanoTime() - last.atNanos() < FRESH_NANOS
                ? Optional.of(last)
                : Optional.empty();
    }
}
