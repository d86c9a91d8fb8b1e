package ${package};

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Keeps each partition in two files, its lease and its contents. What was committed survives a loss of power, but not the
 * loss of the disk: there is one copy, for a control plane of one member. All contents are in memory too and are written
 * anew at each commit, so it is for small partitions.
 */
@Component(
        service = PartitionStore.class,
        property = PartitionStore.NAME_PROPERTY + "=" + ${className}.NAME,
        configurationPid = "${package}")
public final class ${className} implements PartitionStore {
    static final String NAME = "${artifactId}";

    /** What {@code etc/${package}.cfg} may say. */
    public @interface Config {
        /** Where the files are. */
        String directory() default "data/${artifactId}";
    }

    private final Path directory;
    /** Does everything, one thing after the other: that is what makes a commit and a change of the lease atomic. */
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "kochab-${artifactId}"));

    /** As they are on disk; only touched by the thread. */
    private final Map<String, PartitionFiles> partitions = new TreeMap<>();

    @Activate
    public ${className}(Config config) throws IOException {
        this(Path.of(config.directory()));
    }

    ${className}(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    @Deactivate
    void close() throws InterruptedException {
        thread.shutdownNow();
        thread.awaitTermination(20, TimeUnit.SECONDS);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public StoreHealth health() {
        boolean up = !thread.isShutdown();
        return new StoreHealth(
                up ? StoreHealth.State.READY : StoreHealth.State.FAILED,
                up ? "" : "it was stopped; start its bundle",
                up ? 1 : 0,
                1,
                up ? 1 : 0,
                0,
                "fsync, one copy on one disk",
                -1,
                -1,
                -1,
                -1);
    }

    private interface Work<T> {
        T on(PartitionFiles partition) throws IOException;
    }

    private interface Failure<T> {
        T of(String why) throws StoreException;
    }

    private <T> CompletionStage<T> run(String name, Work<T> work, Failure<T> unfinished) {
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            PartitionFiles partition = partitions.get(name);
                            if (partition == null) {
                                partition = PartitionFiles.read(directory, name);
                                partitions.put(name, partition);
                            }
                            return work.on(partition);
                        } catch (IOException e) {
                            // It may have been written or not: look at the disk before anything else.
                            partitions.remove(name);
                            return unfinished.of(directory + ": " + e);
                        }
                    },
                    thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new StoreException("the store " + NAME + " is stopped"));
        }
    }

    private static <T> T fail(String why) {
        throw new StoreException(why);
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        return run(partition, files -> files.lease(), ${className}::fail);
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return run(
                partition,
                files -> {
                    boolean same = files.lease().equals(expected);
                    if (same) {
                        files.setLease(next);
                    }
                    return same;
                },
                ${className}::fail);
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        if (thread.isShutdown()) {
            return CompletableFuture.completedFuture(new CommitOutcome.Refused("the store " + NAME + " is stopped"));
        }
        return run(batch.partition(), files -> commit(files, batch), CommitOutcome.Unknown::new);
    }

    private static CommitOutcome commit(PartitionFiles files, CommitBatch batch) throws IOException {
        long epoch = files.lease().map(LeaseRecord::epoch).orElse(0L);
        long written = files.writtenBy(batch.epoch());
        if (epoch != batch.epoch()) {
            return batch.revision() <= written ? new CommitOutcome.Done() : new CommitOutcome.Fenced(epoch);
        }
        if (files.revision() == batch.revision() && written == batch.revision()) {
            return new CommitOutcome.Done();
        }
        if (files.revision() != batch.previousRevision()) {
            return new CommitOutcome.WrongRevision(files.revision());
        }
        files.write(batch);
        return new CommitOutcome.Done();
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        return run(
                partition,
                files -> {
                    files.forEach(each);
                    return files.revision();
                },
                ${className}::fail);
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        return run(
                partition,
                files -> {
                    files.delete();
                    partitions.remove(partition);
                    return null;
                },
                ${className}::fail);
    }
}
