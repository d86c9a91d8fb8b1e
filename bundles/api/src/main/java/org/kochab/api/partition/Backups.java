package org.kochab.api.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Copies of the whole control plane. Safe for any thread. */
@ProviderType
public interface Backups {
    /**
     * A partition in a backup.
     *
     * @param revision the one revision at which all its entries were read
     */
    record Saved(PartitionId id, long revision, long entries) {}

    /**
     * Writes the directory and all partitions, each at one revision, into a new file on this member that only its owner may read. Resource
     * managers are read after tenant partitions, so that each pod that is bound has its claim. Blocks; the control plane goes on meanwhile.
     * The file appears whole or not at all.
     *
     * @param file must not exist; its directory must
     * @return what is in it, the directory first
     * @throws IOException if it cannot be written; the message says which file and why
     * @throws IllegalStateException if a partition cannot be reached, or the directory changed all the time; the message says which
     */
    List<Saved> backup(Path file) throws IOException, InterruptedException;
}
