package org.kochab.gateway.internal.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which partition each tenant is, as it was known a minute ago or later: only places to answer requests depend on it. It is read from the directory, by a thread of
 * its own, for who asks; a tenant that has not been read, or that does not exist, is in none. Any thread; nothing blocks.
 */
final class Homes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Homes.class);
    private static final long FRESH = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST = 20_000;
    private static final int MOST_WAITING = 1_000;
    private static final Home UNKNOWN = new Home("", Long.MIN_VALUE);

    private record Home(String partition, long readAt) {}

    private final Services services;
    private final ThreadPoolExecutor thread;
    private final Map<TenantId, Home> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TenantId, Home> eldest) {
            return size() > MOST;
        }
    };

    Homes(Services services) {
        this.services = services;
        thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MOST_WAITING),
                task -> {
                    Thread made = new Thread(task, "kochab-api-homes");
                    made.setDaemon(true);
                    return made;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        thread.allowCoreThreadTimeOut(true);
    }

    /** The empty string while it is not known. */
    String of(TenantId tenant) {
        if (tenant.equals(TenantId.SYSTEM)) {
            return "";
        }
        long now = System.nanoTime();
        Home home;
        synchronized (known) {
            home = known.getOrDefault(tenant, UNKNOWN);
            boolean fresh = home != UNKNOWN && now - home.readAt < FRESH;
            if (fresh) {
                return home.partition;
            }
            // Once, however many ask meanwhile.
            known.put(tenant, new Home(home.partition, now));
        }
        thread.execute(() -> read(tenant));
        return home.partition;
    }

    private void read(TenantId tenant) {
        if (services.partitions().directory().isEmpty()) {
            return;
        }
        try {
            services.resources()
                    .get(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, tenant.value()))
                    .map(Tenant.class::cast)
                    .map(Tenant::spec)
                    .map(Tenant.Spec::partition)
                    .ifPresent(partition -> {
                        synchronized (known) {
                            known.put(tenant, new Home(partition, System.nanoTime()));
                        }
                    });
        } catch (ResourceException e) {
            LOG.debug("the partition of tenant {} is not known: {}", tenant, e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
