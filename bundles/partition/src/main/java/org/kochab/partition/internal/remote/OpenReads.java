package org.kochab.partition.internal.remote;

import java.util.Optional;
import java.util.function.Function;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Partition;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Home;

/**
 * Reads of what a tenant has, as long as the tenant is there. A partition without its fence says nothing by itself: the tenant may have gone and come
 * back since the value was read. Only if it is there in the same era before and after, it was there all the time.
 */
public final class OpenReads {
    private OpenReads() {}

    /**
     * A key as it is now.
     *
     * @throws FencedException if the tenant whose key it is was not there all the time
     */
    public static Optional<Entry> get(Partition partition, String key) {
        return found(partition, key).entry();
    }

    /** A key, and since when its tenant is there. */
    public record Found(Optional<Entry> entry, Home home) {}

    /** @throws FencedException as {@link #get} */
    public static Found found(Partition partition, String key) {
        if (partition instanceof RemotePartition remote) {
            return remote.getOpen(key);
        }
        String fence = Fences.of(key, false);
        if (fence == null) {
            return new Found(partition.get(key), Home.of(Optional.empty()));
        }
        String home = Home.key(new TenantId(fence.substring(Fences.PREFIX.length())));
        Home before = Home.of(partition.get(home));
        Optional<Entry> found = partition.get(key);
        if (partition.get(fence).isPresent() || !Home.of(partition.get(home)).equals(before)) {
            throw new FencedException(fence);
        }
        return new Found(found, before);
    }

    /** @throws FencedException if the tenant is not there */
    public static Home home(Partition partition, TenantId tenant) {
        return Home.of(get(partition, Home.key(tenant)));
    }

    /**
     * Several reads that belong together.
     *
     * @throws FencedException if the tenant was not there all the time
     */
    public static <T> T all(Partition partition, TenantId tenant, Function<Home, T> reads) {
        Home before = home(partition, tenant);
        T result = reads.apply(before);
        if (!home(partition, tenant).equals(before)) {
            throw new FencedException(Fences.PREFIX + tenant);
        }
        return result;
    }
}
