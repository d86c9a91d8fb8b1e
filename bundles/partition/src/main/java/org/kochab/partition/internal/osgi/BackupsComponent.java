package org.kochab.partition.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kochab.api.partition.Backups;
import org.kochab.api.partition.PartitionService;
import org.kochab.partition.internal.backup.PartitionBackups;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Backups of what the partition service reaches. */
@Component(service = Backups.class)
public final class BackupsComponent implements Backups {
    private final PartitionBackups backups;

    @Activate
    public BackupsComponent(@Reference PartitionService partitions) {
        this.backups = new PartitionBackups(partitions);
    }

    @Override
    public List<Saved> backup(Path file) throws IOException, InterruptedException {
        return backups.backup(file);
    }
}
