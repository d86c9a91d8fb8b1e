package org.kochab.partition.internal.tenant;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceException;
import org.kochab.testkit.simulation.SimulatedProcess;

/**
 * What a tenant partition's leader does about its tenants, the real code, on a simulated process instead of its threads: {@link TenantLifecycle} and
 * {@link TenantMover}; and {@link Relocations}, for people. Where they wait the world goes on.
 */
public final class TenantRounds {
    private final PartitionService partitions;
    private final UnaryOperator<Partition> heard;
    private final TenantLifecycle lifecycle;
    private final TenantMover mover;
    private TenantLifecycle.@Nullable Following following;

    /**
     * @param own the partition as its movers have it
     * @param heard the directory as those have it who follow it
     */
    public TenantRounds(
            SimulatedProcess process,
            PartitionService partitions,
            UnaryOperator<Partition> heard,
            Partition led,
            Partition own,
            Codec codec,
            InstantSource wall) {
        Workshop shop = SimulatedShop.of(process, codec, wall);
        Clock clock = SimulatedShop.clock(process);
        this.partitions = partitions;
        this.heard = heard;
        this.lifecycle = new TenantLifecycle(shop, partitions, led, tenant -> {}, clock);
        this.mover = new TenantMover(shop, partitions, own, directory(partitions, clock), step -> {}, clock);
    }

    private static Committer directory(PartitionService partitions, Clock clock) {
        return new Committer("directory", partitions::directory, clock);
    }

    /** Follows the directory. */
    public void settle() {
        try {
            if (following == null) {
                Optional<Partition> directory = partitions.directory();
                if (directory.isEmpty()) {
                    return;
                }
                following = lifecycle.begin(heard.apply(directory.get()));
            }
            following.round();
        } catch (GoneException | NotLeaderException | ResourceException e) {
            if (following != null) {
                following.close();
                following = null;
            }
        }
    }

    /** Carries moves out. @return whether it came to an end of what there was */
    public boolean move() {
        try {
            Optional<Partition> directory = partitions.directory();
            if (directory.isPresent()) {
                mover.round(directory.get());
            }
            return directory.isPresent();
        } catch (GoneException | NotLeaderException | ResourceException | TenantImport.Superseded e) {
            return false;
        }
    }

    /** Somebody at this member lets a tenant be moved. @return whether the directory said that it will */
    public static boolean begin(
            SimulatedProcess process,
            PartitionService partitions,
            Codec codec,
            InstantSource wall,
            TenantId tenant,
            PartitionId to) {
        try {
            relocations(process, partitions, codec, wall).begin(tenant, to);
            return true;
        } catch (NotLeaderException | ResourceException e) {
            return false;
        }
    }

    /** Somebody at this member gives a move up, if he can. */
    public static void abort(
            SimulatedProcess process, PartitionService partitions, Codec codec, InstantSource wall, TenantId tenant) {
        try {
            relocations(process, partitions, codec, wall).abort(tenant);
        } catch (NotLeaderException | ResourceException e) {
            // There is none, or it is too late.
            return;
        }
    }

    private static Relocations relocations(
            SimulatedProcess process, PartitionService partitions, Codec codec, InstantSource wall) {
        Workshop shop = SimulatedShop.of(process, codec, wall);
        Committer directory = directory(partitions, SimulatedShop.clock(process));
        return new Relocations(shop, new TenantPlacement(shop, partitions, directory), directory);
    }
}
