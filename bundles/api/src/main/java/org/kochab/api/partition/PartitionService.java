package org.kochab.api.partition;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds and makes partitions. Callers never know on which member a partition lives. Safe for any thread; the look-ups answer from
 * memory and do not block. A change completes when the directory has it, and then the look-ups of the same member show it, unless that takes
 * more than some seconds.
 */
@ProviderType
public interface PartitionService {
    /** {@link #tenantPlacement}: where the fewest tenants are, then the fewest objects. */
    String BY_LOAD = "load";

    /** {@link #tenantPlacement}: by the tenant's name. */
    String BY_HASH = "hash";

    /** Name of this member. */
    String member();

    /** All partitions of the directory, and the directory itself, by id. */
    List<PartitionStatus> partitions();

    /** The partition, if it is led by a member that can be reached now. */
    Optional<Partition> partition(PartitionId id);

    /** The directory's own partition, if it can be reached now. */
    Optional<Partition> directory();

    /**
     * Adds a partition to the directory; members then start it.
     *
     * @return completes when a leader serves it; fails with {@link IllegalArgumentException} if it exists or a field is wrong (the
     *     message names it), with {@link IllegalStateException} if the directory cannot be reached
     */
    CompletionStage<Void> create(PartitionSpec spec);

    /**
     * Hands a partition over to another member: its leader gives the lease back for that member to take. What is under way is finished
     * first; callers see the change of leader, nothing is lost.
     *
     * @return completes when {@code member} leads it; fails with {@link IllegalArgumentException} if there is no such partition or
     *     member, with {@link IllegalStateException} if it does not lead within a minute
     */
    CompletionStage<Void> move(PartitionId id, String member);

    /**
     * Takes a partition out of service: its leader finishes what is under way and gives the lease back, and no member takes it. What it
     * holds stays, and so does everything that runs because of it.
     *
     * @return completes when the directory has it; fails like {@link #create}, also if the partition is being removed
     */
    CompletionStage<Void> suspend(PartitionId id);

    /** Puts a suspended partition back into service; completes when a leader serves it. Fails like {@link #suspend}. */
    CompletionStage<Void> resume(PartitionId id);

    /** The members seen now, this one included, by name. */
    List<String> members();

    /** Changes the scheduler a tenant partition uses; completes when the directory has it. Fails like {@link #create}. */
    CompletionStage<Void> useScheduler(PartitionId id, String scheduler);

    /**
     * Lets another store keep a partition. Its leader copies it while it is used, compares, and switches within one pause of its commits;
     * {@link #partitions} shows how far it is, and in the end the store in its spec. Naming the store that keeps it now gives such a move up,
     * as long as it has not switched.
     *
     * @return completes when the directory has the wish; fails like {@link #create}, also if the partition is not {@code ACTIVE}. If the move
     *     turns out to be impossible the wish is taken back, and the partition's message says why
     */
    CompletionStage<Void> useStore(PartitionId id, String store);

    /** How new tenants that name no partition find one, as this member is configured. */
    String tenantPlacement();
}
