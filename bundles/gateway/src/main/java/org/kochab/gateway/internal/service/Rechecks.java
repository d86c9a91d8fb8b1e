package org.kochab.gateway.internal.service;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kochab.api.identity.AccountClaims;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.TenantRoles;
import org.kochab.gateway.internal.service.FreshReads.Read;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again, as long as an answer goes on, whether its caller may still have it: what is allowed is allowed for less than a second. So does a
 * service account that is deleted, or whose token ends. One whose tenant's roles or account cannot be read for a few seconds ends, too. One thread for all; it does not wait for reads.
 */
final class Rechecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);
    private static final long PAUSE_MILLIS = 150;
    /** Rounds in three seconds. They are counted, for a machine that stood still has not been asking meanwhile. */
    static final int MOST_UNSURE = 20;

    private final RoleReads reads;
    private final ServiceAccounts accounts;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread;

    private static final class Open {
        private final Caller caller;
        private final Attempt attempt;
        private final Consumer<ApiError> end;
        private int unsure;

        Open(Caller caller, Attempt attempt, Consumer<ApiError> end) {
            this.caller = caller;
            this.attempt = attempt;
            this.end = end;
        }
    }

    Rechecks(RoleReads reads, ServiceAccounts accounts) {
        this(reads, accounts, Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "kochab-api-rechecks");
            made.setDaemon(true);
            return made;
        }));
    }

    /** @param thread runs the rounds */
    Rechecks(RoleReads reads, ServiceAccounts accounts, ScheduledExecutorService thread) {
        this.reads = reads;
        this.accounts = accounts;
        this.thread = thread;
        thread.scheduleWithFixedDelay(this::round, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Begins to look after what was allowed just now and goes on.
     *
     * @param end told once why it ends, before which nothing more may be sent; must not block
     */
    void keep(Caller caller, Attempt attempt, Exchange.Ongoing ongoing, Consumer<ApiError> end) {
        if (RoleAuthoriser.withoutRoles(caller, attempt).isPresent()) {
            return;
        }
        Open one = new Open(caller, attempt, end);
        open.add(one);
        ongoing.onEnd(() -> open.remove(one));
    }

    private void round() {
        for (Open one : open) {
            try {
                check(one).ifPresent(why -> {
                    open.remove(one);
                    one.end.accept(why);
                });
            } catch (RuntimeException e) {
                LOG.error("a stream of {} cannot be looked after", one.attempt.resource(), e);
            }
        }
    }

    /** Why it must end; empty if it goes on. */
    private Optional<ApiError> check(Open one) {
        Optional<Boolean> there = accounts.isThere(one.caller);
        AccountClaims account = one.caller.account();
        if (account != null && there.equals(Optional.of(false))) {
            return Optional.of(ServiceAccounts.gone(account));
        }
        Read<TenantRoles> read = reads.begun(one.attempt.tenant());
        Optional<TenantRoles> roles = read.ready();
        if (roles.isPresent() && there.isPresent()) {
            one.unsure = 0;
            return roles.get().allow(one.caller, one.attempt)
                    ? Optional.empty()
                    : Optional.of(ApiError.forbidden(one.attempt.refusal(one.caller)));
        }
        return ++one.unsure < MOST_UNSURE
                ? Optional.empty()
                : Optional.of(ApiError.unavailable(
                        "the roles of tenant " + one.attempt.tenant() + " cannot be read now: ask again"));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
