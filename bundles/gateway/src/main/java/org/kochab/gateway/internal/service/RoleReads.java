package org.kochab.gateway.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.TenantRoles;

/**
 * Tenants' roles, read from their partitions when they are asked for, and good for half a second: what is read is never older, and a tenant whose partition cannot
 * be reached has no answer rather than an old one. A tenant is read once at a time, however many ask. Only what is fresh is kept. Any thread.
 */
final class RoleReads implements AutoCloseable {
    private static final long FRESH = Duration.ofMillis(500).toNanos();
    private static final long WAIT_SECONDS = 5;
    private static final int MOST_READS = 32;
    private static final int MOST_OBJECTS = 10_000;
    private static final int PAGE = 1_000;
    private static final List<Kind> KINDS =
            List.of(Kind.CLUSTER_ROLE_BINDING, Kind.ROLE_BINDING, Kind.CLUSTER_ROLE, Kind.ROLE);

    private final ResourceService resources;
    private final Map<TenantId, Read> reads = new HashMap<>();
    private final ThreadPoolExecutor threads;

    /** @param begun what it says was so at that time, or later */
    record Read(long begun, CompletableFuture<TenantRoles> roles) {
        /** The roles, if they have been read. */
        Optional<TenantRoles> ready() {
            return roles.isDone() && !roles.isCompletedExceptionally() ? Optional.of(roles.join()) : Optional.empty();
        }
    }

    RoleReads(ResourceService resources) {
        this.resources = resources;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                0, MOST_READS, WAIT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "kochab-api-roles-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Waits a few seconds at most; {@code ServiceUnavailable} if they cannot be read. */
    TenantRoles roles(TenantId tenant) {
        long asked = System.nanoTime();
        long end = asked + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (true) {
            Read read = begun(tenant);
            TenantRoles roles = await(tenant, read, end);
            if (read.begun() - (asked - FRESH) >= 0) {
                return roles;
            }
        }
    }

    /** What is fresh, or is being read. Does not block. */
    synchronized Read begun(TenantId tenant) {
        long now = System.nanoTime();
        Read known = reads.get(tenant);
        if (known != null && (!known.roles().isDone() || isFresh(known, now))) {
            return known;
        }
        reads.values().removeIf(r -> r.roles().isDone() && !isFresh(r, now));
        CompletableFuture<TenantRoles> roles = new CompletableFuture<>();
        Read read = new Read(now, roles);
        reads.put(tenant, read);
        try {
            threads.execute(() -> read(tenant, roles));
        } catch (RejectedExecutionException e) {
            roles.completeExceptionally(e);
        }
        return read;
    }

    private static boolean isFresh(Read read, long now) {
        return !read.roles().isCompletedExceptionally() && now - read.begun() < FRESH;
    }

    /** What is known of a tenant's roles is not so any more. */
    synchronized void changed(TenantId tenant) {
        reads.remove(tenant);
    }

    private void read(TenantId tenant, CompletableFuture<TenantRoles> into) {
        try {
            List<Resource> objects = new ArrayList<>();
            for (Kind kind : KINDS) {
                read(tenant, kind, objects);
            }
            into.complete(new TenantRoles(objects));
        } catch (ResourceException e) {
            if (e.reason() == ResourceException.Reason.NOT_FOUND) {
                into.complete(TenantRoles.NONE);
            } else {
                into.completeExceptionally(e);
            }
        } catch (RuntimeException e) {
            into.completeExceptionally(e);
        }
    }

    private void read(TenantId tenant, Kind kind, List<Resource> into) {
        Optional<String> next = Optional.empty();
        do {
            ResourcePage page =
                    resources.list(tenant, kind, Query.namespace(null).page(PAGE, next));
            into.addAll(page.items());
            next = page.next();
            if (into.size() > MOST_OBJECTS) {
                throw new IllegalStateException("there are more than " + MOST_OBJECTS
                        + " roles and bindings; an administrator can delete some, or bind groups in place of users");
            }
        } while (next.isPresent());
    }

    private static TenantRoles await(TenantId tenant, Read read, long end) {
        try {
            return read.roles().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unreadable(tenant, String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw unreadable(tenant, "no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreadable(tenant, "interrupted");
        }
    }

    private static ApiError unreadable(TenantId tenant, String why) {
        return ApiError.unavailable("what you may do cannot be found out, for the roles of tenant " + tenant
                + " cannot be read now: " + why);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
