package org.kochab.gateway.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Caller;

class RechecksTest {
    private static final TenantId ACME = new TenantId("acme");

    /** All of its methods do the same with their arguments. */
    private static <T> T like(Class<T> type, Function<Object[], Object> call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> call.apply(arguments)));
    }

    private static <T> T unavailable(Class<T> type) {
        return like(type, arguments -> {
            throw new IllegalStateException("nobody answers");
        });
    }

    /** A machine that stood still has not asked meanwhile: what went on before goes on. */
    @Test
    void whatCannotBeLookedAtEndsAfterSomeRoundsHoweverLongTheyTake() {
        Services services = new Services(
                unavailable(ResourceService.class),
                unavailable(Codec.class),
                unavailable(PartitionService.class),
                unavailable(ResourceManagers.class),
                unavailable(AccountTokens.class),
                "0.1.0",
                Instant::now);
        List<Runnable> rounds = new ArrayList<>();
        ScheduledExecutorService byHand = like(ScheduledExecutorService.class, arguments -> {
            rounds.add((Runnable) arguments[0]);
            return null;
        });
        List<ApiError> ends = new ArrayList<>();
        try (RoleReads reads = new RoleReads(services.resources());
                ServiceAccounts accounts = new ServiceAccounts(services)) {
            Rechecks rechecks = new Rechecks(reads, accounts, byHand);
            rechecks.keep(
                    new Caller(ACME, "kim", List.of()),
                    new Attempt("watch", ACME, false, "", "pods", "default", null),
                    signal -> {},
                    ends::add);
            for (int i = 1; i < Rechecks.MOST_UNSURE; i++) {
                rounds.get(0).run();
            }
            assertThat(ends).isEmpty();

            rounds.get(0).run();
            rounds.get(0).run();
            assertThat(ends).singleElement().satisfies(e -> assertThat(e.getMessage())
                    .contains("roles of tenant acme cannot be read now"));
        }
    }
}
