package org.kochab.partition.internal.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kochab.api.partition.Backups;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionStatus;

/** Backups through the handles that every caller uses, wherever a partition is led. */
public final class PartitionBackups implements Backups {
    private static final int PAGE = 5_000;
    private static final int TRIES = 3;

    private final PartitionService partitions;

    public PartitionBackups(PartitionService partitions) {
        this.partitions = partitions;
    }

    @Override
    public List<Saved> backup(Path file) throws IOException, InterruptedException {
        for (int tried = 1; ; tried++) {
            try (BackupWriter writer = new BackupWriter(file)) {
                List<PartitionStatus> all = new ArrayList<>(partitions.partitions());
                all.sort(Comparator.comparing(s -> order(s.spec().kind())));
                for (PartitionStatus each : all) {
                    write(writer, reached(each.spec().id()));
                }
                Partition directory = reached(all.get(0).spec().id());
                long before = writer.revision(directory.id().value());
                if (directory.revision() == before) {
                    return writer.finish().stream()
                            .map(p -> new Saved(new PartitionId(p.id()), p.revision(), p.entries()))
                            .toList();
                }
                if (tried == TRIES) {
                    throw new IllegalStateException("tenants or partitions were made, moved or removed during each of "
                            + TRIES + " tries: try again when that is over");
                }
            } catch (GoneException | NotLeaderException e) {
                if (tried == TRIES) {
                    throw new IllegalStateException(
                            "a partition changed faster than it could be read, or its leader changed, in each of "
                                    + TRIES + " tries: " + e.getMessage(),
                            e);
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("while a backup was written");
            }
        }
    }

    private static int order(PartitionKind kind) {
        return switch (kind) {
            case DIRECTORY -> 0;
            case TENANT -> 1;
            case RESOURCE_MANAGER -> 2;
        };
    }

    private Partition reached(PartitionId id) {
        Optional<Partition> partition = partitions.partition(id);
        return partition.orElseThrow(() -> new IllegalStateException("partition '" + id
                + "' cannot be reached now, and a backup without it would be no backup: see kochab:partition-list"));
    }

    private static void write(BackupWriter writer, Partition partition) throws IOException, GoneException {
        String id = partition.id().value();
        BackupWriter.Part part = writer.part(id);
        ListPage page = partition.list("", PAGE);
        long revision = page.revision();
        while (true) {
            for (Entry entry : page.entries()) {
                part.add(entry);
            }
            if (page.next().isEmpty()) {
                part.finish(id, partition.epoch(), revision);
                return;
            }
            page = partition.list("", PAGE, page.next().get());
        }
    }
}
