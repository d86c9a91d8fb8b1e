package org.kochab.partition.internal.member;

import java.util.List;
import java.util.Optional;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.directory.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a member's partitions as the directory says, for one leadership of the directory. Works on the member's worker. */
final class DirectoryFollower {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryFollower.class);
    private static final int PAGE = 1_000;

    private final Member member;
    private final Partition directory;
    private final MemberSettings settings;

    DirectoryFollower(Member member, Partition directory, MemberSettings settings) {
        this.member = member;
        this.directory = directory;
        this.settings = settings;
    }

    /** Makes the first partitions if there never were any, then follows. */
    void begin() {
        directory
                .submit(Directory.bootstrap(
                        settings.tenantPartitions(),
                        settings.resourceManagers(),
                        settings.store(),
                        settings.scheduler()))
                .thenAccept(result -> {
                    if (!(result instanceof CommitResult.Committed || result instanceof CommitResult.Conflict)) {
                        LOG.warn(
                                "the first partitions were not made: {}; tried again when the directory is led anew",
                                result);
                    }
                    member.run(this::list);
                });
    }

    private void list() {
        try {
            ListPage page = directory.list(Directory.PARTITIONS, PAGE);
            page.entries().forEach(this::know);
            while (page.next().isPresent()) {
                page = directory.list(Directory.PARTITIONS, PAGE, page.next().get());
                page.entries().forEach(this::know);
            }
            Watch watch = directory.watch(Directory.PARTITIONS, page.revision());
            watch.onAvailable(() -> member.run(() -> follow(watch)));
        } catch (GoneException e) {
            member.run(this::list);
        } catch (NotLeaderException e) {
            LOG.info("directory not followed any more: {}", e.getMessage());
        }
    }

    private void follow(Watch watch) {
        try {
            List<WatchEvent> events = watch.poll();
            for (WatchEvent event : events) {
                if (event instanceof WatchEvent.Put put) {
                    know(put.entry());
                } else if (event instanceof WatchEvent.Deleted deleted) {
                    id(deleted.previous()).ifPresent(member::forget);
                }
            }
        } catch (GoneException e) {
            list();
        } catch (NotLeaderException e) {
            LOG.info("directory not followed any more: {}", e.getMessage());
        }
    }

    private void know(Entry entry) {
        try {
            member.know(Directory.partition(entry));
        } catch (IllegalArgumentException e) {
            LOG.warn("a partition is left out: {}", e.getMessage());
        }
    }

    private static Optional<PartitionId> id(Entry entry) {
        try {
            return Optional.of(new PartitionId(entry.key().substring(Directory.PARTITIONS.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
