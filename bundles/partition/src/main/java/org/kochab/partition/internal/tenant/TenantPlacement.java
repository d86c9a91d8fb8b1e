package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Tenant;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.Precondition;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.directory.Directory;

/** In which tenant partition a tenant finds its place; by the directory's word. Any thread. */
final class TenantPlacement {
    private static final int MOST = 10_000;

    private final Workshop shop;
    private final PartitionService partitions;
    private final Committer directory;

    TenantPlacement(Workshop shop, PartitionService partitions, Committer directory) {
        this.shop = shop;
        this.partitions = partitions;
        this.directory = directory;
    }

    /** For a new tenant that names none: of those that are there to stay and not dedicated. */
    PartitionId choose(String tenant) {
        List<PartitionId> open = open(Optional.empty());
        Optional<PartitionId> chosen = partitions.tenantPlacement().equals(PartitionService.BY_HASH)
                ? open.stream().max(Comparator.comparingLong(id -> weight(tenant, id)))
                : least(open);
        return chosen.orElseThrow(
                () -> new ResourceException(
                        Reason.UNAVAILABLE,
                        "there is no tenant partition that takes any tenant; make one with kochab:partition-create, or name a dedicated one"));
    }

    /** The one with the fewest tenants, then objects, that could take the tenants of another. */
    Optional<PartitionId> leastLoaded(PartitionId other) {
        return least(open(Optional.of(other)));
    }

    private List<PartitionId> open(Optional<PartitionId> but) {
        return directory.read(p -> p.list(Directory.PARTITIONS, MOST)).entries().stream()
                .map(Directory::partition)
                .filter(s -> s.kind() == PartitionKind.TENANT && s.stage() == Stage.ACTIVE && !s.dedicated())
                .map(PartitionSpec::id)
                .filter(id -> !Optional.of(id).equals(but))
                .toList();
    }

    private Optional<PartitionId> least(List<PartitionId> among) {
        Map<PartitionId, Integer> tenants = new HashMap<>();
        directory.read(TenantDirectory::entries).forEach(e -> {
            Tenant t = (Tenant) shop.decoded().decode(e, Kind.TENANT);
            tenants.merge(TenantDirectory.partitionOf(t), 1, Integer::sum);
        });
        Map<PartitionId, Long> objects = new HashMap<>();
        partitions
                .partitions()
                .forEach(s -> objects.put(s.spec().id(), s.entries() < 0 ? Long.MAX_VALUE : s.entries()));
        return among.stream()
                .min(Comparator.<PartitionId>comparingInt(id -> tenants.getOrDefault(id, 0))
                        .thenComparingLong(id -> objects.getOrDefault(id, Long.MAX_VALUE))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A tenant's weight at a partition: one more partition takes its share from each, and moves no name between others. */
    private static long weight(String tenant, PartitionId id) {
        CRC32C sum = new CRC32C();
        sum.update((tenant + "/" + id).getBytes(UTF_8));
        // A checksum of texts that differ in their last letter alone differs in few bits.
        return sum.getValue() * 0x9E3779B97F4A7C15L >>> 1;
    }

    /**
     * What a transaction that puts a tenant there must name, so that it fails if the partition is to be removed.
     *
     * @throws ResourceException {@code INVALID} if there is no such tenant partition, or it is being removed
     */
    Precondition guard(String partition) {
        Optional<Entry> entry = directory.read(p -> p.get(Directory.PARTITIONS + partition));
        PartitionSpec spec = entry.map(Directory::partition)
                .filter(s -> s.kind() == PartitionKind.TENANT)
                .orElseThrow(() -> new ResourceException(
                        Reason.INVALID,
                        "spec.partition: there is no tenant partition " + partition + "; see kochab:partition-list"));
        if (spec.stage() != Stage.ACTIVE) {
            throw new ResourceException(
                    Reason.INVALID,
                    "spec.partition: tenant partition " + partition + " is "
                            + (spec.stage() == Stage.SUSPENDED ? "suspended" : "being removed")
                            + "; choose another one");
        }
        return new Precondition.AtRevision(
                entry.orElseThrow().key(), entry.orElseThrow().revision());
    }
}
