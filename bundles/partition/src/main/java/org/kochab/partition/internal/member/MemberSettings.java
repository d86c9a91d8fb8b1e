package org.kochab.partition.internal.member;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.partition.internal.core.kernel.CommitRules;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.tenant.QuotaLedger;
import org.kochab.spi.store.PartitionStore;

/**
 * What a member is told.
 *
 * @param member unique name of the member
 * @param store name of the store of the directory and of the first partitions
 * @param scheduler scheduler of the first tenant partitions
 * @param tenantPartitions tenant partitions made on the very first start
 * @param resourceManagers resource managers made on the very first start
 * @param leaseAmongSeveral the leases' time to live in stores that several members share, where a short one lets another take over soon
 * @param tenantPlacement how new tenants find a partition, {@code load} or {@code hash}
 * @param rebalanceAfter how long nothing must have changed before a member that came is given partitions; zero if it is not
 */
public record MemberSettings(
        String member,
        String store,
        String scheduler,
        int tenantPartitions,
        int resourceManagers,
        KernelLimits limits,
        Duration leaseAmongSeveral,
        String tenantPlacement,
        Duration rebalanceAfter) {
    /** The same lease however many members there are, and partitions stay where they are. */
    public MemberSettings(
            String member,
            String store,
            String scheduler,
            int tenantPartitions,
            int resourceManagers,
            KernelLimits limits) {
        this(
                member,
                store,
                scheduler,
                tenantPartitions,
                resourceManagers,
                limits,
                limits.leaseTtl(),
                PartitionService.BY_LOAD,
                Duration.ZERO);
    }

    public MemberSettings {
        if (member.isBlank() || member.length() > 63) {
            throw new IllegalArgumentException(
                    "member.name '" + member + "' is not valid: use 1 to 63 characters, unique in the cluster");
        }
        if (store.isBlank()) {
            throw new IllegalArgumentException("store is empty: name a store, for example ignite");
        }
        between(tenantPartitions, "bootstrap.tenant.partitions");
        between(resourceManagers, "bootstrap.resource.managers");
        oneOf(tenantPlacement, "tenant.placement");
        if (rebalanceAfter.isNegative()) {
            throw new IllegalArgumentException("rebalance.after.seconds is " + rebalanceAfter.toSeconds()
                    + ": use 0 for never, or how long nothing must have changed");
        }
    }

    /** The quotas of tenant partitions. @param standard what each tenant may have that says nothing of it */
    public static Function<PartitionSpec, CommitRules> rules(Codec codec, Map<String, String> standard) {
        return spec -> spec.kind() == PartitionKind.TENANT ? new QuotaLedger(codec, standard) : CommitRules.NONE;
    }

    private static void oneOf(String value, String name) {
        if (!value.equals(PartitionService.BY_LOAD) && !value.equals(PartitionService.BY_HASH)) {
            throw new IllegalArgumentException(name + " is '" + value + "': use load or hash");
        }
    }

    private static void between(int value, String name) {
        if (value < 0 || value > 1_000) {
            throw new IllegalArgumentException(name + " is " + value + ": use 0 to 1000");
        }
    }

    /** The bounds of a partition in such a store. */
    KernelLimits limits(PartitionStore of) {
        return of.health().quorum() > 1 ? limits.withLease(leaseAmongSeveral, limits.commitRetry()) : limits;
    }
}
