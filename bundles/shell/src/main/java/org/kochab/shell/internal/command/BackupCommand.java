package org.kochab.shell.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Backups;
import org.kochab.shell.internal.core.Failure;

@Command(
        scope = "kochab",
        name = "backup",
        description = "Writes the whole control plane into a file on this member",
        detailedDescription = "kochab:backup FILE; ./kochab restore FILE makes a new control plane from it")
@Service
public class BackupCommand extends KochabCommand {
    @Argument(
            index = 0,
            name = "file",
            multiValued = true,
            required = true,
            description = "A new file; it holds secrets, so only its owner may read it")
    @Completion(FileCompleter.class)
    @Nullable
    List<String> files;

    @Reference(optional = true)
    @Nullable
    Backups backups;

    @Override
    void run(PrintStream out) throws InterruptedException {
        Path path = Path.of(one(files, "file")).toAbsolutePath();
        List<Backups.Saved> saved;
        try {
            saved = need(backups, "backup service").backup(path);
        } catch (IOException e) {
            throw new Failure("The backup was not written: " + e.getMessage());
        }
        long entries = saved.stream().mapToLong(Backups.Saved::entries).sum();
        out.println("backup of " + saved.size() + " partitions with " + entries + " entries written to " + path);
    }
}
