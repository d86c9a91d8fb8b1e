package org.kochab.chaos.load;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Watch;

/**
 * Watches a partition through all its changes of leader, each time after the last revision it saw. Logs {@code W REVISION} where it
 * begins, also anew after {@code Gone}, and {@code E REVISION HASH} for each transaction.
 */
final class Watcher {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int RETRY_MILLIS = 100;

    private final PartitionService partitions;
    private final PartitionId id;
    private final ChaosLog log;
    private final BooleanSupplier closed;

    /** The last revision whose events are all logged, or -1: begin anew. */
    private long seen = -1;

    Watcher(PartitionService partitions, PartitionId id, ChaosLog log, BooleanSupplier closed) {
        this.partitions = partitions;
        this.id = id;
        this.log = log;
        this.closed = closed;
    }

    void watch() {
        while (!closed.getAsBoolean()) {
            Optional<Partition> partition = partitions.partition(id);
            try {
                if (partition.isPresent()) {
                    follow(partition.get());
                }
            } catch (GoneException e) {
                seen = -1;
            } catch (NotLeaderException e) {
                // the next leader goes on after the same revision
            } catch (InterruptedException e) {
                return;
            }
            if (!Clients.pause(RETRY_MILLIS)) {
                return;
            }
        }
    }

    private void follow(Partition partition) throws GoneException, InterruptedException {
        if (seen < 0) {
            seen = partition.revision();
            log.line("W " + seen);
        }
        try (Watch watch = partition.watch(ClusterLoad.PREFIX, seen)) {
            while (!closed.getAsBoolean()) {
                Content.each(watch.poll(WAIT), this::note);
            }
        }
    }

    private void note(long revision, long content) {
        log.line("E " + revision + " " + Long.toHexString(content));
        seen = revision;
    }
}
