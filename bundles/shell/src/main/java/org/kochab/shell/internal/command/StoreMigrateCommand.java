package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PartitionCompleter;
import org.kochab.shell.internal.session.StoreCompleter;

@Command(
        scope = "kochab",
        name = "store-migrate",
        description = "Moves a partition to another store while it is used",
        detailedDescription =
                "kochab:store-migrate PARTITION --to STORE, and --abort to give that up. Ctrl-C ends the waiting, not the move; "
                        + "the same command again waits on")
@Service
public class StoreMigrateCommand extends KochabCommand {
    private static final long LOOK_MILLIS = 200;
    private static final long BEGIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    @Argument(index = 0, name = "partition", multiValued = true, required = true, description = "Name of the partition")
    @Completion(PartitionCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--to", description = "Store that is to keep it; kochab:store-list shows them")
    @Completion(StoreCompleter.class)
    @Nullable
    String to;

    @Option(name = "--abort", description = "Give the move up: the partition stays where it is")
    boolean abort;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Override
    void run(PrintStream out) throws InterruptedException {
        PartitionService service = need(partitions, "partition service");
        var id = new PartitionId(one(names, "partition"));
        if (abort == (to != null)) {
            throw new Failure("Use --to STORE or --abort: kochab:store-migrate " + id + " --to mvstore");
        }
        PartitionSpec before = status(service, id).spec();
        String store = to == null ? before.store() : to;
        await(service.useStore(id, store));
        PartitionStatus over = awaitOver(service, id, store);
        if (!over.spec().store().equals(store)) {
            throw new Failure("partition/" + id + " "
                    + (over.message().isEmpty()
                            ? "stays in store " + over.spec().store()
                            : over.message()));
        }
        out.println("partition/" + id + " is in store " + store);
    }

    /** This member may learn a little later than the directory what is wanted. */
    private PartitionStatus awaitOver(PartitionService service, PartitionId id, String store)
            throws InterruptedException {
        boolean begun = false;
        long end = System.nanoTime() + BEGIN_NANOS;
        try (var progress = new Progress(session)) {
            while (true) {
                PartitionStatus now = status(service, id);
                PartitionSpec spec = now.spec();
                begun |= spec.nextStore().equals(store);
                boolean stays = spec.nextStore().isEmpty();
                if (stays && (begun || spec.store().equals(store) || System.nanoTime() - end > 0)) {
                    return now;
                }
                progress.show("partition/" + id + ": " + now.message() + " …");
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    private static PartitionStatus status(PartitionService service, PartitionId id) {
        return service.partitions().stream()
                .filter(p -> p.spec().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new Failure("There is no partition " + id + ": kochab:partition-list shows them"));
    }
}
