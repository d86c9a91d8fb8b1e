package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ResourceQuota;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.QuotaAmounts;
import org.kochab.partition.internal.core.tenant.QuotaLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows in the status of a tenant partition's quotas what is in use, once a second where it has changed. */
final class QuotaStatus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaStatus.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int PAGE = 1_000;

    private final Workshop shop;
    private final Partition partition;
    private final TenantObjects objects;
    private final BiConsumer<TenantId, String> freed;
    private final Worker worker;

    /** @param freed told of each namespace in which there is more room than before */
    QuotaStatus(Workshop shop, Partition partition, BiConsumer<TenantId, String> freed) {
        this.shop = shop;
        this.partition = partition;
        this.objects = new TenantObjects(shop, Committer.of(partition));
        this.freed = freed;
        this.worker = new Worker("kochab-" + partition.id() + "-quotas");
    }

    void start() {
        if (partition instanceof LedPartition led && led.rules() instanceof QuotaLedger ledger) {
            worker.start(() -> {
                while (worker.running()) {
                    worker.pause(INTERVAL);
                    look(ledger);
                }
            });
        }
    }

    private void look(QuotaLedger ledger) {
        try {
            ListPage page = partition.list(ObjectKeys.all(Kind.RESOURCE_QUOTA), PAGE);
            while (true) {
                for (Entry entry : page.entries()) {
                    settle((ResourceQuota) shop.decoded().decode(entry, Kind.RESOURCE_QUOTA), ledger);
                }
                if (page.next().isEmpty()) {
                    return;
                }
                page = partition.list(
                        ObjectKeys.all(Kind.RESOURCE_QUOTA), PAGE, page.next().get());
            }
        } catch (GoneException | NotLeaderException | ResourceException e) {
            LOG.debug("quotas of {} are looked at again: {}", partition.id(), e.getMessage());
        }
    }

    private void settle(ResourceQuota quota, QuotaLedger ledger) {
        TenantId tenant = new TenantId(String.valueOf(quota.metadata().tenant()));
        String namespace = String.valueOf(quota.metadata().namespace());
        SortedMap<String, Long> inUse = ledger.used(tenant, namespace);
        if (inUse == null || quota.spec() == null) {
            return;
        }
        Map<String, String> used = new TreeMap<>();
        quota.spec().hard().keySet().forEach(name -> {
            String known = QuotaAmounts.canonical(name);
            used.put(name, QuotaAmounts.text(known, inUse.getOrDefault(known, 0L)));
        });
        ResourceQuota.Status next = new ResourceQuota.Status(quota.spec().hard(), used);
        ResourceQuota.Status before = quota.status();
        if (next.equals(before)) {
            return;
        }
        objects.updateStatus(tenant, quota.withStatus(next));
        if (before != null && isRoomier(before, next)) {
            freed.accept(tenant, namespace);
        }
    }

    private static boolean isRoomier(ResourceQuota.Status before, ResourceQuota.Status now) {
        SortedMap<String, Long> used = QuotaAmounts.amounts(before.used());
        return !before.hard().equals(now.hard())
                || QuotaAmounts.amounts(now.used()).entrySet().stream()
                        .anyMatch(e -> e.getValue() < used.getOrDefault(e.getKey(), 0L));
    }

    @Override
    public void close() {
        worker.close();
    }
}
