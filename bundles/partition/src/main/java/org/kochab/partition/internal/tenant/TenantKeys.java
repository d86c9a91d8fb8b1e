package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.Partition;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Fence;

/** Everything a partition keeps of one tenant, of kinds that are known here or not. */
final class TenantKeys {
    private TenantKeys() {}

    /** Whether a key is the tenant's; its fence is the partition's. */
    static boolean isOf(String key, TenantId tenant) {
        return Fence.key(tenant).equals(Fences.of(key, false));
    }

    /** As it was at a revision, in no special order. */
    static List<Entry> all(Partition partition, TenantId tenant, long revision) throws GoneException {
        List<Entry> all = new ArrayList<>();
        String head = "";
        while ((head = nextHead(partition, head, revision)) != null) {
            if (!head.equals(Fences.PREFIX)) {
                String own = head + tenant;
                partition.list(own, 1, new ListCursor(revision, head)).entries().stream()
                        .filter(e -> e.key().equals(own))
                        .forEach(all::add);
                all.addAll(Pages.all(partition, own + "/", revision));
            }
        }
        return all;
    }

    /** The next word that keys begin with, and its slash; null after the last. */
    private static @Nullable String nextHead(Partition partition, String head, long revision) throws GoneException {
        String after = head.isEmpty() ? " " : head + "\uffff";
        while (true) {
            List<Entry> next =
                    partition.list("", 1, new ListCursor(revision, after)).entries();
            if (next.isEmpty()) {
                return null;
            }
            String key = next.get(0).key();
            int slash = key.indexOf('/');
            if (slash >= 0) {
                return key.substring(0, slash + 1);
            }
            after = key;
        }
    }
}
